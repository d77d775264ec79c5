import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mask } from '../target/mask.ts';

export interface ShellOptions {
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** A command of migration.yaml ended with another code than 0. */
export class ShellFailed extends Error {
  override readonly name = 'ShellFailed';
}

const saidCharacters = 1_000;

/** Runs a command of migration.yaml about a file. Throws `ShellFailed` with the end of what it said, and the abort reason of `signal`. */
export async function shellAbout(file: string, command: string, options: ShellOptions): Promise<void> {
  const about = { FILE: file, NAME: basename(file) };
  const filled = command.replaceAll('{file}', '"$FILE"').replaceAll('{name}', '"$NAME"');
  await run(filled, { ...options, env: { ...options.env, ...about } }, async (stdout) => void stdout.resume());
}

/** Runs a command of migration.yaml and writes what it prints into a file. Throws as `shellAbout` does. */
export async function shellInto(file: string, command: string, options: ShellOptions): Promise<void> {
  await run(command, options, (stdout) => pipeline(stdout, createWriteStream(file, { mode: 0o600 })));
}

async function run(
  command: string,
  { signal, env }: ShellOptions,
  read: (stdout: Readable) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  // pipefail: the first of several that fails must not be hidden by the last.
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-saidCharacters);
  });
  try {
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const [[code, killedBy]] = await Promise.all([closed, read(child.stdout)]);
    signal.throwIfAborted();
    if (code === 0) return;
    throw new ShellFailed(mask(`\`${command}\` ended with ${killedBy ?? `exit code ${code}`}: ${said.trim()}`));
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
