import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connectLater, Link, PodSocket } from '../node/socket.ts';
import type { ContainerContext, Program } from '../program.ts';

/** Containers that reach each other by name, for tests of programs that work together. */
export class World implements AsyncDisposable {
  readonly #listeners: Map<string, (socket: Duplex) => void>;
  readonly #runs: Run[] = [];

  /** One that shares another's network outlives none of its containers. */
  constructor({ shared }: { readonly shared?: World } = {}) {
    this.#listeners = shared ? shared.#listeners : new Map();
  }

  /** Starts a program under its in-cluster name (`mosquitto.mosquitto`); with the volumes of an earlier run it continues that one's state. */
  run(program: Program, setup: RunSetup): Run {
    const run = new Run(program, setup, this.#listeners);
    this.#runs.push(run);
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#runs.reverse()) await run.stop();
  }
}

export interface RunSetup {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: ReadonlyMap<string, string>;
  readonly startedAt?: Date;
  readonly timeScale?: number;
  readonly volumes?: Map<string, Map<string, unknown>>;
}

/** One run of a program. */
export class Run {
  readonly context: ContainerContext;
  readonly volumes: Map<string, Map<string, unknown>>;
  readonly lines: string[] = [];
  /** Times given to the lines, undefined for now. */
  readonly times: (Date | undefined)[] = [];
  readonly exited: Promise<number>;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<() => void>();

  constructor(program: Program, setup: RunSetup, listeners: Map<string, (socket: Duplex) => void>) {
    this.volumes = setup.volumes ?? new Map();
    const [service = '', namespace = ''] = setup.name.split('.');
    const key = (host: string, port: number) =>
      `${host === 'localhost' ? setup.name : host.replace(/\.svc\.cluster\.local$/, '')}:${port}`;
    const open = new Set<PodSocket>();
    this.context = {
      namespace,
      pod: `${service}-0`,
      container: service,
      image: setup.image ?? service,
      args: setup.args ?? [],
      env: setup.env ?? {},
      files: setup.files ?? new Map(),
      startedAt: setup.startedAt ?? new Date(),
      now: () => new Date(),
      timeScale: setup.timeScale ?? 1,
      signal: this.#stopping.signal,
      volume: (path) => {
        const volume = this.volumes.get(path) ?? new Map<string, unknown>();
        this.volumes.set(path, volume);
        return volume;
      },
      log: (line, at) => {
        this.lines.push(line);
        this.times.push(at);
        for (const wake of [...this.#waiting]) wake();
      },
      listen: (port, accept) => {
        const name = key(setup.name, port);
        listeners.set(name, (socket) => {
          if (socket instanceof PodSocket) open.add(socket);
          accept(socket);
        });
        return {
          [Symbol.dispose]: () => {
            listeners.delete(name);
            for (const socket of open) socket.resetAndDestroy();
          },
        };
      },
      dial: async (host, port) => {
        const accept = listeners.get(key(host, port));
        const refused = () =>
          Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' });
        if (!accept) throw refused();
        const link = new Link();
        const end = { address: '127.0.0.1', port };
        const [near, far] = [new PodSocket(link, end, end), new PodSocket(link, end, end)];
        PodSocket.join(near, far);
        accept(far);
        return near;
      },
    };
    this.exited = program.run(this.context);
  }

  /** Resolves when as many lines contain the text. */
  async logged(part: string, count = 1): Promise<void> {
    await this.until(() => this.lines.filter((line) => line.includes(part)).length >= count);
  }

  /** Resolves when the condition holds, looked at with each line. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async stop(): Promise<number> {
    this.#stopping.abort();
    return this.exited;
  }

  /** Asks the program's HTTP server. */
  http(port: number, path: string, { method = 'GET', body = '' } = {}): Promise<{ status: number; body: string }> {
    const agent = new Agent();
    agent.createConnection = () => connectLater(() => this.context.dial('localhost', port)) as never;
    return new Promise((resolve, reject) => {
      request({ method, path, agent, host: 'localhost', headers: { connection: 'close' } }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
      })
        .on('error', reject)
        .end(body);
    });
  }
}
