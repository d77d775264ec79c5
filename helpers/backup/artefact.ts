import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unobservable } from '../unobservable.ts';
import { type ShellOptions, shellInto } from './shell.ts';

/**
 * Fetches what a command writes to standard output into a file of this machine that goes with its scope.
 * Throws `Unobservable` with the command's words when it fails.
 */
export async function fetchArtefact(
  command: string,
  options: ShellOptions,
): Promise<{ file: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'artefact-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const file = join(directory, 'dump');
  try {
    await shellInto(file, command, options);
  } catch (error) {
    await remove();
    options.signal.throwIfAborted();
    throw new Unobservable('unreachable', `fetching the newest dump: ${(error as Error).message}`, {
      hint: 'run the command of backup.cronJobs[].artefact.fetch in migration.yaml by itself',
      cause: error,
    });
  }
  return { file, [Symbol.asyncDispose]: remove };
}
