import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  compileCacheDirectory,
  forgetReplica,
  isAlive,
  type ReplicaState,
  recordedReplica,
  replicaHome,
  runningReplica,
} from './home.ts';

const defaultConfig = resolve(import.meta.dirname, '..', 'migration.yaml');

/** What a replica's process tells whoever started it. */
export type ReplicaEvent =
  | { readonly type: 'progress'; readonly step: string }
  | { readonly type: 'serving'; readonly kubeconfig: string }
  | { readonly type: 'failed'; readonly error: string; readonly stack: string | undefined };

export interface StartOptions {
  readonly state: ReplicaState;
  readonly timeScale: number;
  /** Path of migration.yaml, which names what faults are planted in; the project's own unless given. */
  readonly config?: string;
  /** True where an operator takes the backup and captures the state by hand; one that verify starts has both. */
  readonly byHand?: boolean;
  readonly progress: (step: string) => void;
  /** Ends the replica, also before it serves. */
  readonly signal?: AbortSignal;
}

/** A replica that answers, and the way to end it. */
export interface ReplicaHandle {
  readonly kubeconfig: string;
  readonly state: ReplicaState;
  /** False when it ran before: then stop leaves it running. */
  readonly started: boolean;
  stop(): Promise<void>;
}

/** The replica that `npm run replica` keeps up, or else one of the caller's own, which ends with stop or with this process. */
export async function ensureReplica(options: StartOptions): Promise<ReplicaHandle> {
  const running = await runningReplica();
  if (running) return { kubeconfig: running.kubeconfig, state: running.state, started: false, stop: async () => {} };
  return startOwnReplica(options);
}

/** Starts a replica with a home of its own, beside any other that runs. It ends with stop, or when this process ends. */
export async function startOwnReplica(options: StartOptions): Promise<ReplicaHandle> {
  options.signal?.throwIfAborted();
  const home = await mkdtemp(join(tmpdir(), 'replica-'));
  const child = forkReplica(home, options, { detached: false, keep: false, log: 'ignore' });
  endWith(options.signal, child);
  const stop = async () => {
    await end(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    return { kubeconfig: await serving(child, options.progress), state: options.state, started: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The replica that `npm run replica` keeps up. */
export interface KeptReplica {
  readonly kubeconfig: string;
  /** Resolves when its process has ended, with its exit code or the signal that ended it; 0 when it was told to. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
}

/** Starts the replica that others find; a detached one outlives this process. Resolves when it serves. */
export async function startKeptReplica(options: StartOptions & { readonly detached: boolean }): Promise<KeptReplica> {
  options.signal?.throwIfAborted();
  await mkdir(replicaHome, { recursive: true });
  await using log = await open(join(replicaHome, 'replica.log'), 'w');
  const child = forkReplica(replicaHome, options, { detached: options.detached, keep: true, log: log.fd });
  endWith(options.signal, child);
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  try {
    const kubeconfig = await serving(child, options.progress);
    if (options.detached) {
      child.disconnect();
      child.unref();
    }
    return { kubeconfig, ended, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Ends the replica that `npm run replica` keeps up, and returns when it has ended; false when none runs. */
export async function stopReplica(graceMs = 5_000): Promise<boolean> {
  const running = await runningReplica();
  if (!running) return false;
  process.kill(running.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  // It removes its record last of all, unless it is killed.
  while (isAlive(running.pid) && (await recordedReplica())?.pid === running.pid) {
    if (Date.now() > deadline) {
      process.kill(running.pid, 'SIGKILL');
      forgetReplica();
    }
    await sleep(50);
  }
  return true;
}

function forkReplica(
  home: string,
  { state, timeScale, config = defaultConfig, byHand = false }: StartOptions,
  how: { detached: boolean; keep: boolean; log: number | 'ignore' },
): ChildProcess {
  const child = fork(new URL('./main.ts', import.meta.url), [], {
    detached: how.detached,
    stdio: ['ignore', how.log, how.log, 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
    // Its databases' processes inherit it.
    env: { NODE_COMPILE_CACHE: compileCacheDirectory, ...process.env },
  });
  child.send({ home, state, timeScale, config, byHand: byHand || how.keep, keep: how.keep, detached: how.detached });
  return child;
}

function endWith(signal: AbortSignal | undefined, child: ChildProcess): void {
  signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
}

function serving(child: ChildProcess, progress: (step: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (event: ReplicaEvent) => {
      if (event.type === 'progress') progress(event.step);
      if (event.type === 'serving') resolve(event.kubeconfig);
      if (event.type === 'failed') reject(startError(event.error, event.stack));
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`the embedded replica's process ended with ${signal ?? `exit code ${code}`} before it served`)),
    );
  });
}

/** With the stack of the process in which it happened: this one's says nothing. */
function startError(words: string, stack: string | undefined): Error {
  const error = new Error(`the embedded replica did not start: ${words}`);
  if (stack !== undefined) error.stack = `${error.message}\n${stack}`;
  return error;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(hard);
}
