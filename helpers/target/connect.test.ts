import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TargetConfig } from '../config/schema.ts';
import { connectTarget } from './connect.ts';
import { embeddedKubeconfig, TargetConfigError } from './kubeconfig.ts';
import type { Target } from './target.ts';
import { FakeApi, forwardTo, statusBody } from './testing/fake-api.ts';
import { type FakeService, fakeServices } from './testing/fake-services.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'target-'));
afterAll(() => rmSync(directory, { recursive: true }));

let api: FakeApi;
let target: Target | undefined;

beforeEach(async () => {
  api = await FakeApi.start();
});

afterEach(async () => {
  await target?.close();
  target = undefined;
  await api[Symbol.asyncDispose]();
});

function write(name: string, text: string): string {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** Resolves when a stream has closed, with an error or without. */
function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) =>
    stream
      .on('error', () => {})
      .once('close', resolve)
      .resume(),
  );
}

const live = { kind: 'live', timeScale: 1 } as const;

function connected(config: Partial<TargetConfig> = {}, env: NodeJS.ProcessEnv = {}): Promise<Target> {
  return connectTarget({ ...live, kubeconfig: write('fake', api.kubeConfigText()), ...config }, 'live', { env });
}

describe('finding the kubeconfig', () => {
  test('asks the cluster nothing', async () => {
    target = await connected();
    expect(target).toMatchObject({ name: 'live', rehearsal: false, context: 'verifier@fake', server: api.server });
    expect(api.connections).toBe(0);
  });

  test.each(['embedded', 'k3d'] as const)('%s is a rehearsal', async (kind) => {
    target = await connected({ kind });
    expect(target.rehearsal).toBe(true);
  });

  test('KUBECONFIG, several of them, missing ones passed over', async () => {
    const first = write('first', api.kubeConfigText());
    const second = write('second', api.kubeConfigText().replaceAll('verifier@fake', 'other@fake'));
    const env = { KUBECONFIG: [path.join(directory, 'nowhere'), first, second].join(path.delimiter) };
    target = await connectTarget({ ...live, context: 'other@fake' }, 'live', { env });
    expect(target.context).toBe('other@fake');
    expect((await connectTarget(live, 'live', { env })).context).toBe('verifier@fake');
  });

  test('the home directory’s own', async () => {
    mkdirSync(path.join(directory, '.kube'), { recursive: true });
    write('.kube/config', api.kubeConfigText());
    target = await connectTarget(live, 'live', { env: { HOME: directory } });
    expect(target.server).toBe(api.server);
  });

  const cases: readonly (readonly [string, () => Partial<TargetConfig>, NodeJS.ProcessEnv, RegExp, RegExp])[] = [
    [
      'no such file',
      () => ({ kubeconfig: '/nowhere/config' }),
      {},
      /kubeconfig \/nowhere\/config: no such file/,
      /targets\.live\.kubeconfig/,
    ],
    ['a directory', () => ({ kubeconfig: directory }), {}, /is a directory/, /--kubeconfig/],
    ['no YAML', () => ({ kubeconfig: write('bad', 'a: [') }), {}, /is no kubeconfig/, /--kubeconfig/],
    ['empty', () => ({ kubeconfig: write('empty', '') }), {}, /is no kubeconfig/, /--kubeconfig/],
    [
      'a wrong context',
      () => ({ context: 'verifer@fake' }),
      {},
      /no context "verifer@fake"; did you mean "verifier@fake"\?/,
      /its contexts: verifier@fake/,
    ],
    [
      'http',
      () => ({ kubeconfig: write('http', api.kubeConfigText({ server: 'http://127.0.0.1:1' })) }),
      {},
      /only https/,
      /https address/,
    ],
  ];
  test.each(cases)('%s', async (_name, config, env, message, hint) => {
    const error = await connected(config(), env).catch((reason) => reason);
    expect(error).toBeInstanceOf(TargetConfigError);
    expect(error.message).toMatch(/^target live: /);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  test('KUBECONFIG that names nothing that exists', async () => {
    const env = { KUBECONFIG: '/nowhere/a:/nowhere/b' };
    await expect(connectTarget(live, 'live', { env })).rejects.toThrow(
      'KUBECONFIG names no file that exists: /nowhere/a, /nowhere/b',
    );
  });

  test('an embedded target has its own, whatever KUBECONFIG says', async () => {
    const env = { KUBECONFIG: write('first', api.kubeConfigText()) };
    const error = await connectTarget({ kind: 'embedded', timeScale: 1, context: 'nowhere' }, 'embedded', {
      env,
    }).catch((reason) => reason);
    expect(error).toBeInstanceOf(TargetConfigError);
    // Whether a replica runs beside this test or not: it was its kubeconfig that was asked.
    expect(error.message).toMatch(error.message.includes('no such file') ? embeddedKubeconfig : /no context "nowhere"/);
  });
});

describe('dialling', () => {
  const address = { namespace: 'timescaledb', service: 'timescaledb', port: 5432 };

  /** A program in the pod that says its name and hangs up. */
  async function program(): Promise<{ port: number } & Disposable> {
    const server = createServer((socket) => socket.on('error', () => {}).end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() };
  }

  function service(...names: string[]): FakeService {
    return { port: 5432, targetPort: 5432, pods: names.map((name) => ({ name, ready: true })) };
  }

  function tunnels(): string[] {
    return api.requests
      .filter((request) => request.startsWith('UPGRADE'))
      .map((request) => request.split('/')[6] ?? '');
  }

  test('reaches the pod behind a Service, and remembers it for a while', async () => {
    using pod = await program();
    api.answer = fakeServices({ 'timescaledb/timescaledb': service('db-1') });
    api.forward = forwardTo({ 5432: pod.port });
    target = await connected();
    for (let dial = 0; dial < 3; dial++) expect((await buffer(await target.dial(address))).toString()).toBe('hello');
    expect(tunnels()).toEqual(['db-1', 'db-1', 'db-1']);
    expect(api.requests.filter((request) => request.includes('endpointslices'))).toHaveLength(1);
  });

  test('ten dials at once ask for the pod once', async () => {
    using pod = await program();
    api.answer = fakeServices({ 'timescaledb/timescaledb': service('db-1') });
    api.forward = forwardTo({ 5432: pod.port });
    const connection = await connected();
    target = connection;
    await Promise.all(Array.from({ length: 10 }, async () => buffer(await connection.dial(address))));
    expect(api.requests.filter((request) => request.includes('endpointslices'))).toHaveLength(1);
  });

  test('a pod that was replaced: the dial finds the new one', async () => {
    using pod = await program();
    const services = { 'timescaledb/timescaledb': service('db-1') };
    api.answer = (...question) => fakeServices(services)(...question);
    api.forward = forwardTo({ 5432: pod.port });
    target = await connected();
    await buffer(await target.dial(address));
    services['timescaledb/timescaledb'] = service('db-2');
    api.refuseUpgrade = (socket) => {
      api.refuseUpgrade = undefined;
      const body = JSON.stringify(statusBody(404, 'NotFound', 'pods "db-1" not found'));
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    };
    expect((await buffer(await target.dial(address))).toString()).toBe('hello');
    expect(tunnels()).toEqual(['db-1', 'db-1', 'db-2']);
  });

  test('a tunnel that breaks makes the next dial look again', async () => {
    using pod = await program();
    const services = { 'timescaledb/timescaledb': service('db-1') };
    api.answer = (...question) => fakeServices(services)(...question);
    api.forward = (websocket) => websocket.terminate();
    target = await connected();
    const broken = await target.dial(address);
    await closed(broken);
    services['timescaledb/timescaledb'] = service('db-2');
    api.forward = forwardTo({ 5432: pod.port });
    await buffer(await target.dial(address));
    expect(tunnels()).toEqual(['db-1', 'db-2']);
  });

  test('a Service without a ready pod is said so, and asked again next time', async () => {
    using pod = await program();
    const services = { 'timescaledb/timescaledb': service() };
    api.answer = (...question) => fakeServices(services)(...question);
    api.forward = forwardTo({ 5432: pod.port });
    target = await connected();
    await expect(target.dial(address)).rejects.toMatchObject({ kind: 'no-ready-pod' });
    services['timescaledb/timescaledb'] = service('db-1');
    expect((await buffer(await target.dial(address))).toString()).toBe('hello');
  });

  test('a pod by its name needs no Service', async () => {
    using pod = await program();
    api.forward = forwardTo({ 4195: pod.port });
    target = await connected();
    await buffer(await target.dial({ namespace: 'x', pod: 'bridge-1', port: 4195 }));
    expect(api.requests).toEqual(['UPGRADE /api/v1/namespaces/x/pods/bridge-1/portforward?ports=4195']);
  });
});

describe('closing', () => {
  test.each(['close', 'signal'])('by %s: no socket, no agent, no tunnel is left', async (how) => {
    api.answer = fakeServices({ 'x/s': { port: 1, targetPort: 1, pods: [{ name: 'p', ready: true }] } });
    api.forward = () => {};
    const caller = new AbortController();
    const config = { ...live, kubeconfig: write('fake', api.kubeConfigText()) };
    target = await connectTarget(config, 'live', { env: {}, signal: caller.signal });
    const tunnel = await target.dial({ namespace: 'x', service: 's', port: 1 });
    const ended = closed(tunnel);
    expect(api.sockets.size).toBeGreaterThan(1);
    const sockets = [...api.sockets].map((socket) => closed(socket));
    if (how === 'close') await target.close();
    else caller.abort();
    await Promise.all([ended, ...sockets]);
    await expect(target.dial({ namespace: 'x', service: 's', port: 1 })).rejects.toThrow(/closed/);
  });
});
