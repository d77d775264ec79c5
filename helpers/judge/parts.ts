import type { Judged } from './decision.ts';
import { type Finding, type Verdict, verdictOf } from './verdict.ts';
import { count } from './words.ts';

/**
 * A criterion that holds when others do, as P3.health when phase 1 does: those of its parts that gate decide, or all where
 * none of them gates, and one that left no result is inconclusive. What is waived or does not apply is no failure, and no evidence either.
 */
export function judgeParts(
  { parts = [], statement }: { readonly parts?: readonly string[]; readonly statement: string },
  decided: readonly Judged[],
): Verdict {
  const isGated = decided.some(({ id, gates }) => gates && parts.includes(id));
  const findings = parts.flatMap((id): Finding[] => {
    const result = decided.find((one) => one.id === id);
    if (result === undefined)
      return [{ subject: id, verdict: 'inconclusive', observed: 'it left no result in this run' }];
    return result.gates || !isGated ? [findingOf(result)] : [];
  });
  return verdictOf(findings, {
    expected: statement,
    pass: `${count(findings.filter(({ quiet }) => !quiet).length, 'criterion holds', 'criteria hold')}`,
  });
}

function findingOf({ id, verdict }: Judged): Finding {
  const { kind, summary, since, look, hint } = verdict;
  const isQuiet = kind === 'waived' || kind === 'not-applicable';
  return {
    subject: id,
    verdict: isQuiet ? 'pass' : kind,
    observed: summary,
    ...(isQuiet ? { quiet: true as const } : {}),
    ...(since === undefined ? {} : { since }),
    ...(look === undefined ? {} : { look }),
    ...(hint === undefined ? {} : { hint }),
  };
}
