import type { Migration } from '../config/schema.ts';
import type { Decision, Verdict, VerdictKind } from './verdict.ts';
import { count, list } from './words.ts';

/** One criterion's outcome, as far as a decision needs it. */
export interface Judged {
  readonly id: string;
  readonly gates: boolean;
  readonly verdict: Verdict;
}

export interface PhaseDecision {
  readonly decision: Decision;
  /** 0 GO, 1 NO-GO, 2 INCONCLUSIVE. */
  readonly exitCode: 0 | 1 | 2;
  /** Why, one line: `P1.streams fails`, `no evidence at all`. */
  readonly reason: string;
  /** Criteria that gate, and those that advise, by kind of verdict. */
  readonly gating: Readonly<Record<VerdictKind, number>>;
  readonly advising: Readonly<Record<VerdictKind, number>>;
}

/** What a command ends with that decides something. */
export const exitCodes = { GO: 0, 'NO-GO': 1, INCONCLUSIVE: 2 } as const;

/**
 * The decision of a phase: NO-GO if a gating criterion fails, else INCONCLUSIVE if one is inconclusive or left no
 * verdict, else GO. No evidence at all (nothing judged, or nothing that gates passed) is INCONCLUSIVE.
 * `expected`: the ids that had to be judged.
 */
export function decide(results: readonly Judged[], expected: readonly string[]): PhaseDecision {
  const gating = results.filter(({ gates }) => gates);
  const ids = (kind: VerdictKind) => gating.filter(({ verdict }) => verdict.kind === kind).map(({ id }) => id);
  const failed = ids('fail');
  const unclear = ids('inconclusive');
  const absent = expected.filter((id) => results.every((result) => result.id !== id));
  const [decision, reason]: [Decision, string] =
    failed.length > 0
      ? ['NO-GO', `${failed.join(', ')} ${failed.length === 1 ? 'fails' : 'fail'}`]
      : unclear.length > 0
        ? ['INCONCLUSIVE', whatIsUnclear(unclear, gating)]
        : absent.length > 0
          ? ['INCONCLUSIVE', `${absent.join(', ')} left no verdict`]
          : ids('pass').length === 0
            ? ['INCONCLUSIVE', 'no evidence at all']
            : ['GO', whatHolds(gating)];
  return {
    decision,
    exitCode: exitCodes[decision],
    reason,
    gating: countKinds(gating),
    advising: countKinds(results.filter(({ gates }) => !gates)),
  };
}

function whatIsUnclear(ids: readonly string[], gating: readonly Judged[]): string {
  return ids.length > 1 && ids.length === gating.length
    ? `none of the ${ids.length} criteria that gate could be decided`
    : `${ids.join(', ')} could not be decided`;
}

/** What is waived or does not apply does not hold: it is said beside what does. */
function whatHolds(gating: readonly Judged[]): string {
  const { pass, waived, 'not-applicable': notApplicable } = countKinds(gating);
  if (pass === gating.length)
    return pass === 1 ? 'the one criterion that gates holds' : `all ${pass} criteria that gate hold`;
  const kinds = [
    count(pass, 'holds', 'hold'),
    ...(waived > 0 ? [count(waived, 'is waived', 'are waived')] : []),
    ...(notApplicable > 0 ? [count(notApplicable, 'does not apply', 'do not apply')] : []),
  ];
  return `of ${gating.length} criteria that gate, ${list(kinds)}`;
}

function countKinds(results: readonly Judged[]): Record<VerdictKind, number> {
  const counts = { pass: 0, fail: 0, inconclusive: 0, waived: 0, 'not-applicable': 0 };
  for (const { verdict } of results) counts[verdict.kind] += 1;
  return counts;
}

/** Whether a criterion gates, after what migration.yaml says about it under `gating`. */
export function gatesHere(criterion: { readonly id: string; readonly gates: boolean }, migration: Migration): boolean {
  return migration.gating[criterion.id]?.gates ?? criterion.gates;
}

/**
 * The verdict after migration.yaml's waiver of the criterion. A waiver holds to the end of its last day (UTC) and only
 * for what does not pass. Once it has expired, what still does not pass fails, and says so: what was accepted until then
 * has not been mended. That holds also for what cannot be observed, since somebody answered for it until that day alone.
 */
export function waive(id: string, verdict: Verdict, migration: Migration, now: Date): Verdict {
  const waiver = migration.waivers[id];
  if (waiver === undefined || (verdict.kind !== 'fail' && verdict.kind !== 'inconclusive')) return verdict;
  const until = `until ${waiver.until}: ${waiver.reason}`;
  if (now.getTime() < Date.parse(`${waiver.until}T00:00:00Z`) + 86_400_000)
    return { ...verdict, kind: 'waived', summary: `waived ${until} (${verdict.summary})` };
  const observed = `its waiver has expired (it held ${until})`;
  const hint = 'Mend it, or give the waiver a new date in migration.yaml, with the reason.';
  return {
    ...verdict,
    kind: 'fail',
    summary: `${observed}; ${verdict.summary}`,
    observed: `waiver: ${observed}\n${verdict.observed}`,
    hint: verdict.hint === undefined ? hint : `${hint} ${verdict.hint}`,
    findings: [{ subject: 'waiver', verdict: 'fail', observed }, ...verdict.findings],
  };
}
