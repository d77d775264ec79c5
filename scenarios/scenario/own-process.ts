import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs Node in a process of its own and resolves with its exit code once it has ended; null where a signal ended it.
 * An abort is handed on as ctrl-C, and what is taken back then is waited for.
 *
 * @param say takes each line of its two outputs; without it they are this process's own
 */
export async function ownProcess(
  args: readonly string[],
  signal: AbortSignal,
  say?: (line: string) => void,
): Promise<number | null> {
  const output = say === undefined ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, { stdio: ['ignore', output, output] });
  const handOn = () => void child.kill('SIGINT');
  signal.addEventListener('abort', handOn);
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null && say !== undefined) createInterface(stream).on('line', say);
  try {
    const [code] = await once(child, 'close');
    return code;
  } finally {
    signal.removeEventListener('abort', handOn);
  }
}
