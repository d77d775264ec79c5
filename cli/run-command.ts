import { enableCompileCache } from 'node:module';
import pc from 'picocolors';
import { compileCacheDirectory } from '../replica/home.ts';
import { Interrupted, interruption } from './interruption.ts';
import { exitUsage } from './usage-error.ts';

const usageErrors: ReadonlySet<string> = new Set(['UsageError', 'ConfigError', 'TargetConfigError']);
/** What the cluster is to blame for, in words of its own; its exit code is that of what decides nothing. */
const clusterErrors: ReadonlySet<string> = new Set(['Unobservable', 'LockLost']);
const exitInconclusive = 2;

export interface CommandWords {
  /** What an error left undone: `nothing was decided`. */
  readonly undone: string;
  readonly debug: boolean;
}

/**
 * Runs one command and ends the process with the exit code that it returns. What it throws becomes words and an exit
 * code here, and nowhere else: 64 for a wrong call or configuration, 128 and its number for a signal, 2 for an error of
 * the suite's own, which decides nothing. A signal aborts the command's own; the second one is not asked to wait.
 */
export async function runCommand(words: CommandWords, run: (signal: AbortSignal) => Promise<number>): Promise<never> {
  // The command's own code is loaded after this. Workers learn of it by the environment.
  process.env.NODE_COMPILE_CACHE ??= compileCacheDirectory;
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const signal = interruption(words.undone);
  process.on('uncaughtException', (error) => process.exit(fail(error, words, signal)));
  // Whoever reads the output may stop to, as `head` does.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  try {
    process.exit(await run(signal));
  } catch (error) {
    process.exit(fail(error, words, signal));
  }
}

/** Says what went wrong and returns the exit code. */
function fail(error: unknown, { undone, debug }: CommandWords, signal: AbortSignal): number {
  const known =
    error instanceof Error &&
    (usageErrors.has(error.name) || clusterErrors.has(error.name) || error instanceof Interrupted);
  const words = error instanceof Error ? error.message : String(error);
  const stack = debug && error instanceof Error ? error.stack : undefined;
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `\n${error.hint}` : '';
  const excuse = known ? '' : `\nThis is a fault of the suite, and ${undone}${debug ? '' : '; --debug shows where'}.`;
  process.stderr.write(`${pc.red(stack ?? words)}${hint}${excuse}\n`);
  if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
  return error instanceof Error && usageErrors.has(error.name) ? exitUsage : exitInconclusive;
}
