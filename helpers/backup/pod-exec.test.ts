import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type PodCommand, runInPod } from './pod-exec.ts';

/** The channels of exec, by the first byte of each message. */
const [stdin, stdout, stderr, status, close] = [0, 1, 2, 3, 255];

let server: WebSocketServer | undefined;
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** An API server that runs what it is asked to as `act` does. */
async function asked(act: (socket: WebSocket) => void, protocol = 'v5.channel.k8s.io'): Promise<KubeConfig> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => protocol });
  server.on('connection', act);
  await once(server, 'listening');
  const kubeConfig = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  kubeConfig.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'u' },
  );
  return kubeConfig;
}

const say = (socket: WebSocket, channel: number, text: string | Buffer) =>
  socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
const succeed = (socket: WebSocket) => say(socket, status, JSON.stringify({ status: 'Success' }));

const command = (kubeConfig: KubeConfig, change: Partial<PodCommand> = {}): PodCommand => ({
  kubeConfig,
  namespace: 'n',
  pod: 'p',
  container: 'c',
  argv: ['pg_dump'],
  stdout: new PassThrough(),
  signal: AbortSignal.timeout(15_000),
  ...change,
});

test('what a command wrote is had whole, and what it complained of is returned', async () => {
  const kubeConfig = await asked((socket) => {
    say(socket, stdout, 'one ');
    say(socket, stderr, 'a warning\n');
    say(socket, stdout, 'two');
    succeed(socket);
  });
  const output = new PassThrough();
  const [said, written] = await Promise.all([runInPod(command(kubeConfig, { stdout: output })), buffer(output)]);
  expect(said).toBe('a warning');
  expect(written.toString()).toBe('one two');
});

test('a command that ends with another code fails with its words', async () => {
  const kubeConfig = await asked((socket) => {
    say(socket, stderr, 'pg_dump: error: no such database\n');
    say(socket, status, JSON.stringify({ status: 'Failure', message: 'exit code 1' }));
  });
  await expect(runInPod(command(kubeConfig))).rejects.toThrow('pg_dump in pod n/p: pg_dump: error: no such database');
});

test('a connection that is cut off before the command ended is no success', async () => {
  const kubeConfig = await asked((socket) => {
    say(socket, stdout, 'half a dump');
    setTimeout(() => socket.terminate(), 50);
  });
  const output = new PassThrough();
  output.resume();
  await expect(runInPod(command(kubeConfig, { stdout: output }))).rejects.toThrow('cut off before it ended');
  expect(output.destroyed).toBe(true);
});

test('a reader that is behind holds the pod', async () => {
  const megabyte = Buffer.alloc(2 ** 20, 'x');
  const total = 64;
  let sent = 0;
  const kubeConfig = await asked(async (socket) => {
    for (; sent < total && socket.readyState === socket.OPEN; sent++) {
      say(socket, stdout, megabyte);
      while (socket.bufferedAmount > 2 ** 20) await sleep(5);
    }
    succeed(socket);
  });
  const output = new PassThrough();
  const running = runInPod(command(kubeConfig, { stdout: output }));
  // Nobody reads: what is on its way fills up, and then nothing more is sent.
  let before = -1;
  while (sent !== before) {
    before = sent;
    await sleep(500);
  }
  expect(sent).toBeLessThan(total / 2);
  const [, written] = await Promise.all([running, buffer(output)]);
  expect(written.length).toBe(total * megabyte.length);
});

test('a command reads its input to the end', async () => {
  let read = '';
  const kubeConfig = await asked((socket) => {
    socket.on('message', (message: Buffer) => {
      if (message[0] === stdin) read += message.subarray(1).toString();
      if (message[0] === close && message[1] === stdin) succeed(socket);
    });
  });
  const input = Readable.from([Buffer.from('SELECT 1;\n'), Buffer.from('SELECT 2;\n')]);
  await runInPod(command(kubeConfig, { stdin: input, stdout: new PassThrough().resume() }));
  expect(read).toBe('SELECT 1;\nSELECT 2;\n');
});

test('an API server that cannot end a command’s input is told of before anything is sent', async () => {
  const kubeConfig = await asked(() => {}, 'v4.channel.k8s.io');
  const running = runInPod(command(kubeConfig, { stdin: Readable.from([Buffer.from('x')]) }));
  await expect(running).rejects.toMatchObject({ name: 'Unobservable', kind: 'unsupported' });
});

test('an abort ends it with its reason', async () => {
  const kubeConfig = await asked(() => {});
  const abort = new AbortController();
  const running = runInPod(command(kubeConfig, { signal: abort.signal }));
  setTimeout(() => abort.abort(new Error('interrupted')), 50);
  await expect(running).rejects.toThrow('interrupted');
});

test('a reader that fails ends it', async () => {
  const kubeConfig = await asked((socket) => say(socket, stdout, 'x'));
  const output = new PassThrough();
  output.on('error', () => {});
  setTimeout(() => output.destroy(new Error('no space left on device')), 50);
  await expect(runInPod(command(kubeConfig, { stdout: output }))).rejects.toThrow('no space left');
});
