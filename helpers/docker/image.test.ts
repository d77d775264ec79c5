import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerWith } from './image.ts';

const patience = { answer: 10, pullSilence: 0.5 };

/** What a pull does, by image; an image that is there is not pulled. */
const pulls: Record<string, (response: ServerResponse) => void> = {
  'slow:1': (response) => {
    let signs = 0;
    const timer = setInterval(() => {
      signs += 1;
      response.write(`${JSON.stringify({ status: 'Downloading', progressDetail: { current: signs } })}\r\n`);
      if (signs < 8) return;
      clearInterval(timer);
      there.add('slow:1');
      response.end(`${JSON.stringify({ status: 'Status: Downloaded newer image' })}\r\n`);
    }, 100);
  },
  'unreachable:1': (response) => {
    response.statusCode = 500;
    response.end(JSON.stringify({ message: 'Get "https://registry/v2/": dial tcp: lookup registry: no such host' }));
  },
  'refused:1': (response) => {
    response.end(
      `${JSON.stringify({ errorDetail: { message: 'toomanyrequests: rate limit' }, error: 'toomanyrequests: rate limit' })}\r\n`,
    );
  },
  'stuck:1': (response) => {
    response.write(`${JSON.stringify({ status: 'Pulling from library/stuck' })}\r\n`);
  },
  'mute:1': () => {},
  'vain:1': (response) => response.end(`${JSON.stringify({ status: 'done' })}\r\n`),
};
const there = new Set(['here:1']);
const pulled: string[] = [];

/** As much of Docker's API as asking for an image needs. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://docker');
  const path = url.pathname.replace(/^\/v[\d.]+/, '');
  response.setHeader('content-type', 'application/json');
  const inspected = /^\/images\/(.+)\/json$/.exec(path)?.[1];
  if (path === '/info') {
    response.end(JSON.stringify({ ServerVersion: '20.10', OperatingSystem: 'test', OSType: 'linux' }));
  } else if (path === '/networks/bridge') {
    // Asked for by what runs in a container itself.
    response.end(JSON.stringify({ IPAM: { Config: [{ Gateway: '127.0.0.1' }] } }));
  } else if (inspected !== undefined) {
    response.statusCode = there.has(inspected) ? 200 : 404;
    response.end(JSON.stringify(there.has(inspected) ? { Id: 'x' } : { message: `No such image: ${inspected}` }));
  } else if (path === '/images/create') {
    const image = url.searchParams.get('fromImage') ?? '';
    const name = image.includes(':') ? image : `${image}:${url.searchParams.get('tag')}`;
    pulled.push(name);
    pulls[name]?.(response);
  } else {
    response.end('{}');
  }
}

describe('an image', () => {
  const server = createServer(answer);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-'));
    server.listen(join(folder, 'docker.sock'));
    await once(server, 'listening');
    process.env.DOCKER_HOST = `unix://${join(folder, 'docker.sock')}`;
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  test('that is there is not pulled', async () => {
    await dockerWith('here:1', patience);
    expect(pulled).not.toContain('here:1');
  });

  test('is pulled for as long as the pull shows signs of life', async () => {
    await dockerWith('slow:1', patience);
    expect(pulled).toContain('slow:1');
  });

  test.each([
    ['unreachable:1', 'unreachable', /no such host/],
    ['refused:1', 'unreachable', /toomanyrequests: rate limit$/],
    ['stuck:1', 'timeout', /silent for 0\.5 s$/],
    ['mute:1', 'timeout', /silent for 0\.5 s$/],
    ['vain:1', 'unreachable', /the pull brought none$/],
  ])('that cannot be had says so: %s', async (image, kind, words) => {
    const refusal = new RegExp(`^Docker answers, but has no image ${image} and cannot pull it: .*${words.source}`);
    await expect(dockerWith(image, patience)).rejects.toMatchObject({
      name: 'Unobservable',
      kind,
      message: expect.stringMatching(refusal),
    });
  });
});
