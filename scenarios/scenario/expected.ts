import type { VerifyDocument } from '../../cli/output/json-document.ts';

/** What a run of verify has to say. */
export interface Expected {
  readonly decision: VerifyDocument['decision'];
  /** Criteria that have to fail, those that advise too. */
  readonly fails?: readonly string[];
  /** Criteria that have to be inconclusive. */
  readonly inconclusive?: readonly string[];
  /** Criteria that may stop passing with them; every other has to hold. */
  readonly may?: readonly string[];
}

const holds: ReadonlySet<string> = new Set(['pass', 'not-applicable', 'waived']);

/** In what a run of verify differs from what is expected of it, each in words; empty when it does not. */
export function differences(
  { decision, reason, criteria, problems }: Pick<VerifyDocument, 'decision' | 'reason' | 'criteria' | 'problems'>,
  { decision: wanted, fails = [], inconclusive = [], may = [] }: Expected,
): string[] {
  const found = new Map(criteria.map((criterion) => [criterion.id, criterion]));
  const isSo = (verdict: string) => (id: string) => {
    const there = found.get(id);
    if (there?.verdict === verdict) return [];
    return [`${id} should be ${verdict}, ${there === undefined ? 'it was not judged' : `it is ${words(there)}`}`];
  };
  const named = new Set([...fails, ...inconclusive, ...may]);
  return [
    ...(decision === wanted ? [] : [`${wanted} was expected, it is ${decision}: ${reason}`]),
    ...fails.flatMap(isSo('fail')),
    ...inconclusive.flatMap(isSo('inconclusive')),
    ...criteria
      .filter(({ id, verdict }) => !holds.has(verdict) && !named.has(id))
      .map((criterion) => `${criterion.id} should hold, it is ${words(criterion)}`),
    ...(criteria.length === 0 ? ['nothing was judged'] : []),
    ...problems.map((problem) => `the run had trouble: ${problem}`),
  ];
}

/** `NO-GO for P4.flux`. */
export function expectedWords({ decision, fails = [], inconclusive = [] }: Expected): string {
  const because = [...fails, ...inconclusive];
  return because.length === 0 ? decision : `${decision} for ${because.join(', ')}`;
}

function words({ verdict, summary }: VerifyDocument['criteria'][number]): string {
  return `${verdict}: ${summary}`;
}
