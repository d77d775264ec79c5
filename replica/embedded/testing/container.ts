import { type Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Link, PodSocket } from '../node/socket.ts';
import type { Command, ContainerContext } from '../program.ts';

/** A container for tests of programs: its ports are reached by dialling localhost, its log is a list. */
export interface TestContainer extends ContainerContext {
  readonly lines: readonly string[];
  stop(): void;
  /** Runs a command beside the program, as kubectl exec does: its name comes before these. */
  exec(command: Command, args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Resolves when a line of the log contains the text. */
  logged(part: string): Promise<void>;
}

export function testContainer(
  setup: {
    readonly args?: readonly string[];
    readonly files?: ReadonlyMap<string, string>;
    readonly volumes?: Map<string, Map<string, unknown>>;
  } = {},
): TestContainer {
  const listeners = new Map<number, (socket: Duplex) => void>();
  const volumes = setup.volumes ?? new Map<string, Map<string, unknown>>();
  const stopping = new AbortController();
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const container: TestContainer = {
    namespace: 'test',
    pod: 'test-0',
    container: 'test',
    image: 'test',
    args: setup.args ?? [],
    env: {},
    files: setup.files ?? new Map(),
    startedAt: new Date(),
    now: () => new Date(),
    timeScale: 1,
    signal: stopping.signal,
    lines,
    volume(mountPath) {
      const volume = volumes.get(mountPath) ?? new Map<string, unknown>();
      volumes.set(mountPath, volume);
      return volume;
    },
    log(line) {
      lines.push(line);
      for (const wake of [...waiting]) wake();
    },
    listen(port, onConnection) {
      listeners.set(port, onConnection);
      return { [Symbol.dispose]: () => listeners.delete(port) };
    },
    async dial(host, port) {
      const listener = listeners.get(port);
      if (listener === undefined)
        throw Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' });
      const link = new Link();
      const [client, server] = [
        { address: '127.0.0.1', port: 40_000 },
        { address: '127.0.0.1', port },
      ];
      const [near, far] = [new PodSocket(link, client, server), new PodSocket(link, server, client)];
      PodSocket.join(near, far);
      listener(far);
      return near;
    },
    stop: () => stopping.abort(),
    async exec(command, args) {
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const output = Promise.all([text(stdout), text(stderr)]);
      const io = { stdin, stdout, stderr, tty: false, signal: stopping.signal };
      const code = await command(['command', ...args], io, container);
      stdout.end();
      stderr.end();
      const [out, err] = await output;
      return { code, stdout: out, stderr: err };
    },
    logged(part) {
      return new Promise((resolve) => {
        const look = () => {
          if (!lines.some((line) => line.includes(part))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
  };
  return container;
}
