import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Node, startNode } from '../node.ts';
import { pods } from '../pod.ts';
import { echoServer } from '../testing/programs.ts';
import { emptyStore, isReady, podOf, podWhen } from '../testing/store.ts';
import { serveUpgrades } from '../testing/upgrade-server.ts';

let node: Node;
let server: Awaited<ReturnType<typeof serveUpgrades>>;
const store = emptyStore();

beforeEach(async () => {
  node = startNode({ store, timeScale: 1000, programs: () => echoServer });
  server = await serveUpgrades({ kubelet: node, store });
  const echo = podOf('echo');
  echo.metadata.uid = 'u1';
  store.create(pods, echo);
  await podWhen(store, 'echo', isReady);
});

afterEach(async () => {
  store.delete(pods, 'ns', 'echo', { gracePeriodSeconds: 0 });
  await server[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

function open(query: string, protocol: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${server.port}/api/v1/namespaces/ns/pods/echo/${query}`, protocol);
}

/** What came on each channel, as text, when the server has closed the websocket. */
async function channels(socket: WebSocket): Promise<Record<number, string>> {
  const texts: Record<number, string> = {};
  socket.on('message', (data: Buffer) => {
    texts[data[0] ?? -1] = (texts[data[0] ?? -1] ?? '') + data.subarray(1).toString('latin1');
  });
  await once(socket, 'close');
  return texts;
}

const success = JSON.stringify({ metadata: {}, status: 'Success' });

describe('exec over a websocket', () => {
  test('tells output, errors and exit code apart', async () => {
    const got = await channels(open('exec?command=fail&command=3&stdout=true&stderr=true', 'v4.channel.k8s.io'));
    expect(got[1]).toBe('out\n');
    expect(got[2]).toBe('err\n');
    expect(JSON.parse(got[3] ?? '')).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
  });

  test('ends standard input at the close signal of v5', async () => {
    const socket = open('exec?command=cat&stdin=true&stdout=true', 'v5.channel.k8s.io');
    const got = channels(socket);
    await once(socket, 'open');
    socket.send(Buffer.from('\0hello'));
    socket.send(Buffer.from([255, 0]));
    expect(await got).toEqual({ 1: 'hello', 3: success });
  });

  test('says that a command is not there', async () => {
    const got = await channels(open('exec?command=nope&stdout=true', 'v4.channel.k8s.io'));
    expect(JSON.parse(got[3] ?? '')).toMatchObject({
      status: 'Failure',
      code: 500,
      message: expect.stringContaining('exec: "nope": executable file not found in $PATH'),
    });
  });

  test('ends the command when its client leaves', async () => {
    const socket = open('exec?command=hang&stdout=true', 'v4.channel.k8s.io');
    await new Promise<void>((resolve) =>
      socket.on('message', (data: Buffer) => data.toString().includes('hanging') && resolve()),
    );
    socket.terminate();
    await once(socket, 'close');
    // The node ends only when the command has.
  });

  test('holds a client back that sends more than the command reads', async () => {
    const socket = open('exec?command=lazy&stdin=true&stdout=true', 'v4.channel.k8s.io');
    const waited = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => data.toString().includes('waited') && resolve());
    });
    await once(socket, 'open');
    const chunk = Buffer.alloc(1024 * 1024);
    for (let sent = 0; sent < 64; sent += 1) socket.send(chunk);
    await waited;
    expect(socket.bufferedAmount).toBeGreaterThan(32 * chunk.length);
    socket.terminate();
  });
});

test('attach shows what comes from now on, to the end of the container', async () => {
  const socket = open('attach?stdout=true', 'v4.channel.k8s.io');
  const got = channels(socket);
  await once(socket, 'message');
  node.kill({ namespace: 'ns', pod: 'echo', container: 'main' }, { exitCode: 1, reason: 'Error' });
  expect(await got).toEqual({ 1: '', 3: success });
});

describe('port-forward over a websocket', () => {
  test('greets each channel with its port, and carries bytes both ways', async () => {
    const socket = open('portforward?ports=7', 'v4.channel.k8s.io');
    const messages: string[] = [];
    await new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (messages.push(data.toString('latin1')) === 2) socket.send(Buffer.from('\0ping'));
        if (messages.length === 3) resolve();
      });
    });
    expect(messages).toEqual(['\0\x07\0', '\x01\x07\0', '\0ping']);
    socket.close();
  });

  test('says that nothing listens', async () => {
    const got = await channels(open('portforward?ports=5432', 'v4.channel.k8s.io'));
    expect(got[1]?.slice(2)).toMatch(/^error forwarding port 5432 to pod echo, uid u1: .*: connection refused$/);
  });

  test('is refused where a fault says so', async () => {
    using _ = node.network.refusePortForward((pod) => pod.pod === 'echo');
    const got = await channels(open('portforward?ports=7', 'v4.channel.k8s.io'));
    expect(got[1]).toContain('connection refused');
  });

  test('ends when the container is killed', async () => {
    const socket = open('portforward?ports=7', 'v4.channel.k8s.io');
    const got = channels(socket);
    await once(socket, 'message');
    socket.send(Buffer.from('\0ping'));
    await once(socket, 'message');
    node.kill({ namespace: 'ns', pod: 'echo', container: 'main' }, { exitCode: 137, reason: 'OOMKilled' });
    expect((await got)[1]).toContain('ECONNRESET');
  });
});

test.each([
  ['nope', 404, 'pods "nope" not found'],
  ['echo', 400, 'container x is not valid for pod echo'],
])('a request for pod %s that cannot be served is answered %i', async (pod, code, message) => {
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/api/v1/namespaces/ns/pods/${pod}/exec?command=cat&stdout=1&container=x`,
    'v4.channel.k8s.io',
  );
  const [, response] = await once(socket, 'unexpected-response');
  let body = '';
  for await (const chunk of response) body += chunk;
  expect(JSON.parse(body)).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
});
