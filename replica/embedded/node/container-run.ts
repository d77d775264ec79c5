import { createHash, randomBytes } from 'node:crypto';
import type { ContainerContext, Program } from '../program.ts';
import type { ExecIo } from './kubelet.ts';
import type { LogFile } from './log-file.ts';
import type { ContainerNetwork } from './network.ts';
import { apiTime, type Termination } from './pod.ts';
import { runGuarded } from './program-guard.ts';

/** What a program takes that does not say how much. */
const defaultMemoryBytes = 30 * 1024 * 1024;
const sigkill = 137;
const sigterm = 143;

export interface Ending {
  readonly exitCode: number;
  readonly reason: Termination['reason'];
}

type RunContext = Omit<ContainerContext, 'signal' | 'now' | 'log' | 'listen' | 'dial'>;

export interface RunOptions {
  readonly program: Program;
  readonly context: RunContext;
  readonly log: LogFile;
  readonly now: () => Date;
  /** Gives the run its network; errors of listeners are the program's. */
  readonly attach: (onError: (error: unknown) => void) => ContainerNetwork;
}

/** A program started in a container, from its start to its end. */
export class ContainerRun {
  readonly id = `containerd://${randomBytes(32).toString('hex')}`;
  readonly context: ContainerContext;
  readonly program: Program;
  readonly log: LogFile;
  /** Resolves when the program has ended or was killed; never rejects. */
  readonly ended: Promise<Termination>;
  readonly #stopping = new AbortController();
  readonly #killed = Promise.withResolvers<Ending>();
  readonly #over = new AbortController();
  readonly #now: () => Date;

  constructor(options: RunOptions) {
    const network = options.attach((error) => this.#crash(error));
    this.program = options.program;
    this.log = options.log;
    this.#now = options.now;
    this.context = {
      ...options.context,
      signal: this.#stopping.signal,
      now: this.#now,
      log: (line, at) => this.log.append(line, at ?? this.#now()),
      listen: network.listen,
      dial: network.dial,
    };
    this.ended = this.#live(network);
  }

  /** Aborts when the run is over, whatever ended it. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get memoryBytes(): number {
    try {
      return this.program.memoryBytes?.(this.context) ?? defaultMemoryBytes;
    } catch {
      return defaultMemoryBytes;
    }
  }

  /** SIGTERM, and SIGKILL when the grace is over. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const timer = setTimeout(() => this.kill({ exitCode: sigkill, reason: 'Error' }), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the run at once: its connections are reset and nothing it does afterwards is seen. */
  kill(ending: Ending): void {
    this.#killed.resolve(ending);
  }

  /** Runs a command of the program beside it; ends with it as SIGKILL would. `command` undefined: not in the image. */
  async exec(argv: readonly string[], io: ExecIo, signal: AbortSignal): Promise<number | undefined> {
    const command = this.program.commands?.[argv[0]?.split('/').at(-1) ?? ''];
    if (!command) return undefined;
    const withSignal = { ...io, signal: AbortSignal.any([signal, this.over]) };
    const failure = Promise.withResolvers<number>();
    const onError = (error: unknown) => {
      io.stderr.write(`${message(error)}\n`);
      failure.resolve(1);
    };
    const running = runGuarded(onError, async () => command(argv, withSignal, this.context)).catch(onError);
    const killed = this.ended.then(() => sigkill);
    return Promise.race([running.then((exitCode) => exitCode ?? failure.promise), failure.promise, killed]);
  }

  async #live(network: ContainerNetwork): Promise<Termination> {
    const exited = runGuarded(
      (error) => this.#crash(error),
      async () => this.program.run(this.context),
    ).then(ofExitCode, (error: unknown) => this.#ofThrow(error));
    const killed = this.#killed.promise.then((ending) => ({ ...ending, how: 'kill' as const }));
    const { how, ...ending } = await Promise.race([exited.then((each) => ({ ...each, how: 'exit' as const })), killed]);
    const finishedAt = apiTime(this.#now());
    network.close(how);
    this.#stopping.abort();
    this.#over.abort();
    this.log.close();
    return { ...ending, startedAt: apiTime(this.context.startedAt), finishedAt, containerID: this.id };
  }

  /** What the program threw where nothing caught it: it ends as a process would. */
  #crash(error: unknown): void {
    if (!this.#over.signal.aborted) this.kill(this.#ofThrow(error));
  }

  #ofThrow(error: unknown): Ending {
    if (this.#stopping.signal.aborted) return { exitCode: sigterm, reason: 'Error' };
    this.log.append(message(error), this.#now());
    return { exitCode: 1, reason: 'Error' };
  }
}

/** The digest that an image's name stands for here: made up, but the same each time. */
export function imageId(image: string): string {
  return `${image.replace(/[:@].*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`;
}

function ofExitCode(exitCode: number): Ending {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
