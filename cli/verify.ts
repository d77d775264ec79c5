import pc from 'picocolors';
import { exitUsage } from './usage-error.ts';
import { parseOptions } from './verify/options.ts';

/** `npm run verify:phaseN`: the entry. What it throws becomes words and an exit code here, and nowhere else. */
const usageErrors: ReadonlySet<string> = new Set(['UsageError', 'ConfigError', 'TargetConfigError']);
const exitInconclusive = 2;
const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

const { phase, options } = parseOptions(process.argv.slice(2));
const interrupt = new AbortController();
let interruptedBy = 0;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The second one is not asked to wait: threads die with this process, and its replica does when it hangs up.
    if (interrupt.signal.aborted) process.exit(128 + signalNumbers[name]);
    interruptedBy = signalNumbers[name];
    interrupt.abort(new Error(`interrupted (${name}): nothing was decided`));
  });
}
process.on('uncaughtException', (error) => process.exit(fail(error)));
// Whoever reads the output may stop to, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const { verify } = await import('./verify/verify.ts');
  process.exit(await verify(phase, options, interrupt.signal));
} catch (error) {
  process.exit(fail(error));
}

/** Says what went wrong and returns the exit code. An error of the suite's own decides nothing: it is INCONCLUSIVE. */
function fail(error: unknown): number {
  const known = error instanceof Error && (usageErrors.has(error.name) || error === interrupt.signal.reason);
  const words = error instanceof Error ? error.message : String(error);
  const stack = options.debug && error instanceof Error ? error.stack : undefined;
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `\n${error.hint}` : '';
  const excuse = known
    ? ''
    : `\nThis is a fault of the suite, and nothing was decided${options.debug ? '' : '; --debug shows where'}.`;
  process.stderr.write(`${pc.red(stack ?? words)}${hint}${excuse}\n`);
  if (interrupt.signal.aborted) return 128 + interruptedBy;
  return error instanceof Error && usageErrors.has(error.name) ? exitUsage : exitInconclusive;
}
