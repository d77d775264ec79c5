import type { Migration } from '../config/schema.ts';
import { budgetOf } from './logs.ts';
import { type Finding, type Verdict, verdictOf } from './verdict.ts';
import { windowBetween } from './window.ts';
import { count, duration, number } from './words.ts';

/** How many errors a run counted, and over what time. */
export interface CountedErrors {
  readonly from: string;
  readonly to: string;
  readonly errors: number;
}

/**
 * P7.logs-clean (plan 7.2): over the whole period, by what each run counted since the one before it, no more errors than
 * the budget of its days. `latest` is how the logs since the last run were judged. A stretch that no run counted is
 * inconclusive: logs that nobody read in time are gone.
 */
export function judgeLogPeriod(
  latest: Verdict,
  counted: readonly CountedErrors[],
  period: { readonly from: Date; readonly to: Date },
  migration: Migration,
): Verdict {
  const window = windowBetween(period.from, period.to, migration.maintenance);
  const budget = budgetOf(window, migration);
  const errors = counted.reduce((sum, run) => sum + run.errors, 0);
  const words = `${count(errors, 'error')} in ${duration(window.seconds)}, at most ${number(budget)} allowed`;
  const holes = holesIn(counted, period);
  const findings: Finding[] = [
    ...latest.findings,
    { subject: `since ${window.from}`, verdict: errors > budget ? 'fail' : 'pass', observed: words },
    ...holes.map(
      ({ from, to }): Finding => ({
        subject: `${from} to ${to}`,
        verdict: 'inconclusive',
        observed: 'no run counted the errors of this stretch',
        hint: 'Let the nightly run read the logs before they are rotated away.',
      }),
    ),
  ];
  return verdictOf(findings, {
    expected: `at most ${count(budget, 'entry', 'entries')} of level error or above since ${window.from}`,
    pass: words,
    ...(latest.look === undefined ? {} : { look: latest.look }),
    hint: latest.hint ?? 'The report of each night shows its entries: npm run ledger.',
  });
}

/** What of the period no run covers. A second between two runs is none: their clocks' grain. */
function holesIn(counted: readonly CountedErrors[], { from, to }: { readonly from: Date; readonly to: Date }) {
  const holes: { from: string; to: string }[] = [];
  let reached = from.getTime();
  for (const run of counted.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const start = Date.parse(run.from);
    if (start > reached + 1000) holes.push({ from: new Date(reached).toISOString(), to: run.from });
    reached = Math.max(reached, Date.parse(run.to));
  }
  if (to.getTime() > reached + 1000) holes.push({ from: new Date(reached).toISOString(), to: to.toISOString() });
  return holes;
}
