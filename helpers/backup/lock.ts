import { open, readFile, rm } from 'node:fs/promises';

/** Somebody else holds the lock. */
export class Locked extends Error {
  override readonly name = 'Locked';
}

/**
 * Holds a file that says that this process is at work, until its scope ends; one whose process is gone is taken over.
 * Throws `Locked` with the other's process id.
 */
export async function lock(file: string, what: string): Promise<AsyncDisposable> {
  try {
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (pid > 0 && isAlive(pid)) throw new Locked(`${what} is being done already, by process ${pid} (${file})`);
  await rm(file, { force: true });
  return lock(file, what);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
