import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.ts';

export interface Confirmation {
  /** The name that has to be typed. */
  readonly context: string;
  /** What `--yes` was given. */
  readonly yes: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks for the context's name to be typed, as whoever means another cluster would not. Scripts give it by `--yes`.
 * Throws `UsageError` (exit code 64) for another name, at the end of the input, and where nobody is there to be asked;
 * the abort reason of `signal`.
 */
export async function confirm({ context, yes, signal }: Confirmation): Promise<void> {
  if (yes !== undefined) return check(yes, context, '--yes');
  if (!process.stdin.isTTY)
    throw new UsageError(`nobody is there to be asked, and nothing was done: --yes ${context} goes on without asking`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = once(terminal, 'close').then(() => '');
    const question = terminal.question(`\nType the context's name, ${context}, to go on: `, { signal });
    check(await Promise.race([question, closed]), context, 'what was typed');
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}

function check(name: string, context: string, what: string): void {
  if (name.trim() === context) return;
  throw new UsageError(`${what} is "${name.trim()}", the context is ${context}: nothing was done`);
}
