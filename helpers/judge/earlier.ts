import type { Decision } from './verdict.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A run that the ledger knows. */
interface EarlierRun {
  readonly at: string;
  readonly decision: Decision;
  readonly reason: string;
}

/** Whether an earlier phase is done, by its latest whole run in the ledger: P4.parallel and P8.observed. */
export function judgeGo(
  phase: string,
  runs: readonly EarlierRun[],
  { statement }: { readonly statement: string },
): Verdict {
  const latest = runs.at(-1);
  const text = {
    expected: statement,
    pass: `${phase} was GO at ${latest?.at}`,
    look: 'npm run ledger',
    hint: `npm run verify:${phase}`,
  };
  if (latest === undefined) {
    return verdictOf([{ subject: phase, verdict: 'inconclusive', observed: 'the ledger knows no run of it' }], text);
  }
  const kinds = { GO: 'pass', 'NO-GO': 'fail', INCONCLUSIVE: 'inconclusive' } as const;
  const observed = `${latest.decision} at ${latest.at}: ${latest.reason}`;
  return verdictOf([{ subject: phase, verdict: kinds[latest.decision], observed }], text);
}
