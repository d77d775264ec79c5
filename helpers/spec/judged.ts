import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../judge/verdict.ts';
import { mask } from '../target/mask.ts';
import { duration } from '../time-words.ts';
import { Unobservable } from '../unobservable.ts';
import type { Recorder } from './recorder.ts';

export interface JudgeOptions {
  /** When the criterion holds, for a verdict that no judge made. */
  readonly statement: string;
  readonly deadlineSeconds: number;
  /** Shows where the suite itself failed. */
  readonly debug: boolean;
}

/**
 * The verdict of a criterion, whatever happens: what could not be observed is inconclusive with the reason, and so is one
 * that found no verdict within its deadline, with what it had seen by then, and a fault of the suite itself.
 */
export async function judged(
  decide: () => Promise<Verdict>,
  recorder: Recorder,
  options: JudgeOptions,
): Promise<Verdict> {
  const { statement, deadlineSeconds, debug } = options;
  const over = new AbortController();
  const late = sleep(deadlineSeconds * 1000, undefined, { signal: over.signal }).then(() =>
    inconclusive(
      statement,
      `no verdict within ${duration(deadlineSeconds)}; ${recorder.progress}`,
      'Something answers too slowly: `npm run doctor` says what. The deadline is run.deadline in migration.yaml.',
    ),
  );
  late.catch(() => {});
  try {
    return await Promise.race([decide(), late]);
  } catch (error) {
    if (error instanceof Unobservable) return inconclusive(statement, error.message, error.hint);
    return inconclusive(statement, fault(error, debug), debug ? undefined : 'Run it again with --debug to see where.');
  } finally {
    over.abort();
  }
}

function inconclusive(expected: string, observed: string, hint: string | undefined): Verdict {
  const summary = observed.split('\n', 1)[0] ?? '';
  const findings = [{ subject: 'the criterion', verdict: 'inconclusive', observed: summary }] as const;
  return { kind: 'inconclusive', summary, expected, observed, findings, ...(hint === undefined ? {} : { hint }) };
}

function fault(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = debug && error instanceof Error ? `\n${error.stack}` : '';
  return mask(`the suite itself failed: ${message}${stack}`);
}
