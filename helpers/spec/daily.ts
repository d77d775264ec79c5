import type { DayRun } from '../judge/days.ts';
import { countErrors, judgeLogBudget } from '../judge/logs.ts';
import type { EarlierUsage } from '../judge/resources.ts';
import type { Verdict } from '../judge/verdict.ts';
import { windowBetween } from '../judge/window.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RunEntry, runEntry } from '../ledger/run-entry.ts';
import type { CriterionContext } from './context.ts';

/** How far a first run looks back, when no other counted the errors before it. */
const dayMs = 86_400_000;

/** Whole runs of a phase that the ledger knows, oldest first. */
export function runsOf(ledger: Ledger, phase: string): RunEntry[] {
  return ledger.entries(runEntry).filter((run) => run.phase === phase && !run.isPartial);
}

/** What runs of these phases noted of usage. */
export function earlierUsage(ledger: Ledger, phases: readonly string[]): EarlierUsage[] {
  return phases
    .flatMap((phase) => runsOf(ledger, phase))
    .map(({ at, memory, sizes }) => ({
      at,
      ...(memory === undefined ? {} : { memory }),
      ...(sizes === undefined ? {} : { sizes }),
    }));
}

/** The earlier runs of the phase and, as its last, this one, as far as it has decided. */
export function dayRuns(
  ledger: Ledger,
  phase: string,
  { decided }: Pick<CriterionContext, 'decided'>,
  now: Date,
): DayRun[] {
  const earlier = runsOf(ledger, phase).map(({ at, criteria, logErrors }) => ({
    at,
    criteria,
    ...(logErrors === undefined ? {} : { coversFrom: logErrors.from }),
  }));
  const own = decided().filter((result) => result.phase === phase);
  const evidence = own.map((result) => result.evidence as { logErrors?: { from: string } } | undefined);
  const coversFrom = evidence.find((each) => each?.logErrors !== undefined)?.logErrors?.from;
  const criteria = own.map(({ id, gates, verdict }) => ({ id, gates, verdict: verdict.kind }));
  return [...earlier, { at: now.toISOString(), criteria, ...(coversFrom === undefined ? {} : { coversFrom }) }];
}

/**
 * The logs since the last run of the phase that counted their errors, or since `first`, or over a day: judged by the error
 * budget, and counted for the runs to come.
 */
export async function logsSinceLastRun(
  { migration, observe, now, ledger, note }: CriterionContext,
  phase: string,
  first?: Date,
): Promise<{
  readonly verdict: Verdict;
  readonly counted: { readonly from: string; readonly to: string; readonly errors: number };
}> {
  const at = await now();
  const last = runsOf(await ledger(), phase)
    .flatMap(({ logErrors }) => logErrors?.to ?? [])
    .sort()
    .at(-1);
  const from = last === undefined ? (first ?? new Date(at.getTime() - dayMs)) : new Date(last);
  const logs = await observe.logs((at.getTime() - from.getTime()) / 1000, at);
  const window = windowBetween(from, at, migration.maintenance);
  const counted = { from: window.from, to: window.to, errors: countErrors(logs, window, migration) };
  note('logErrors', counted);
  return { verdict: judgeLogBudget(logs, window, migration), counted };
}
