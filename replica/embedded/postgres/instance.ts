import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { HistoryOf } from '../history/state.ts';
import { peerPacket } from './protocol.ts';

/** What a database server is at its birth. */
export interface InstanceOptions {
  readonly database: string;
  readonly timescale: boolean;
  /** Password of the superuser `postgres`. */
  readonly password: string;
  /** Applied in order to the empty database; their result is cached. */
  readonly sql: readonly string[];
  /** Applied at every start, before history: what depends on the time of day. */
  readonly sqlAtStart?: readonly string[];
  /** Rows of the past, loaded at every start. */
  readonly history?: HistoryOf;
  /** Where prepared data directories are kept between starts. */
  readonly cacheDirectory: string;
}

/** What the process of an instance tells its parent. */
export type InstanceEvent =
  | { readonly type: 'serving' }
  | { readonly type: 'failed'; readonly error: string }
  | { readonly type: 'log'; readonly line: string };

/**
 * The optimizing compiler waits until a function has done eight times as much as it would otherwise: three servers that
 * start at once would compile for longer than they run.
 */
const patientCompiler = ['--wasm-tiering-budget=100000000'];

/** A client's connection and the one to the server that it is joined to. */
interface Link {
  readonly client: Duplex;
  readonly server: net.Socket;
}

function join({ client, server }: Link): void {
  client.pipe(server).pipe(client);
}

/**
 * A PostgreSQL server in a process of its own: a query blocks the event loop it runs on. It ends with its parent,
 * however that ends. It is the data volume too: it lives on when the container that serves it restarts.
 */
export class PostgresInstance implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #directory: string;
  /** In place of a password it opens the server for any role that exists, as a server trusts who is in its pod. */
  readonly localSecret = randomBytes(24).toString('hex');
  readonly #links = new Set<Link>();
  #frozen = false;
  /** Called with each line of the server's log. */
  onLog: (line: string) => void = () => {};

  private constructor(child: ChildProcess, directory: string) {
    this.#process = child;
    this.#directory = directory;
    child.on('message', (event: InstanceEvent) => {
      if (event.type === 'log') this.onLog(event.line);
    });
  }

  /** Resolves when the server serves. Throws what kept it from that. */
  static async start(options: InstanceOptions): Promise<PostgresInstance> {
    const directory = await mkdtemp(path.join(tmpdir(), 'replica-postgres-'));
    const child = fork(new URL('./instance-process.ts', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning', ...patientCompiler],
    });
    const instance = new PostgresInstance(child, directory);
    child.send({ ...options, socketPath: instance.#socketPath, localSecret: instance.localSecret });
    try {
      await instance.#serving();
    } catch (error) {
      await instance[Symbol.asyncDispose]();
      throw error;
    }
    return instance;
  }

  /** Joins a client's connection to the server. */
  accept(client: Duplex): void {
    const server = net.connect(this.#socketPath);
    const address = 'remoteAddress' in client ? client.remoteAddress : undefined;
    if (typeof address === 'string') server.write(peerPacket(address));
    const link = { client, server };
    this.#links.add(link);
    client.once('close', () => this.#links.delete(link));
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    if (!this.#frozen) join(link);
  }

  /**
   * Stops the server in mid-air: connections stay open and nothing is answered, as with a hung disk. Its process goes
   * on: a stopped one would outlive a parent that is killed.
   */
  freeze(): void {
    this.#frozen = true;
    for (const { client, server } of this.#links) {
      client.unpipe(server);
      server.unpipe(client);
    }
  }

  thaw(): void {
    if (this.#frozen) this.#links.forEach(join);
    this.#frozen = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Before the kill: a process that is killed cannot tidy up any more, and this one may be told to leave in between.
    rmSync(this.#directory, { recursive: true, force: true });
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  get #socketPath(): string {
    return path.join(this.#directory, 'server.sock');
  }

  #serving(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.on('message', (event: InstanceEvent) => {
        if (event.type === 'serving') resolve();
        if (event.type === 'failed') reject(new Error(event.error));
      });
      this.#process.once('exit', (code, signal) =>
        reject(new Error(`the database process ended with ${signal ?? code}`)),
      );
    });
  }
}
