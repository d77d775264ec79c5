import { spawn } from 'node:child_process';
import { once } from 'node:events';

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens a page in the browser that the desktop has for it; says so, and no more, where there is none. */
export async function openPage(path: string): Promise<void> {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true });
  child.unref();
  const failed = await Promise.race([
    once(child, 'spawn').then(() => undefined),
    once(child, 'error').then(([error]: Error[]) => error),
  ]);
  if (failed !== undefined) process.stderr.write(`no browser could be opened: ${command}: ${failed.message}\n`);
}
