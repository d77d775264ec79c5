import type { VerifyDocument } from '../../cli/output/json-document.ts';
import { decide } from '../../helpers/judge/decision.ts';
import type { Decision } from '../../helpers/judge/verdict.ts';
import type { Fault } from '../faults/fault.ts';

/** What came of one fault on the embedded replica and on a real cluster. */
export type Parity =
  | {
      readonly fault: string;
      readonly outcome: 'agrees';
      readonly decision: Decision;
      readonly because: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly fault: string; readonly outcome: 'differs'; readonly words: readonly string[] }
  /** A real cluster, or this one, cannot have it. */
  | { readonly fault: string; readonly outcome: 'cannot'; readonly why: string };

type Criterion = VerifyDocument['criteria'][number];

/**
 * Compares two runs of verify under the same fault. They agree when the decisions are the same, and so are the criteria
 * that fail and those that are inconclusive, save for what the fault says it may entail: that depends on the moment and
 * is noted. Left out on both sides is what the healthy cluster does not pass already (`ailing`).
 */
export function compare(
  { name, expects, obstructs = [], entails = [] }: Pick<Fault, 'name' | 'expects' | 'obstructs' | 'entails'>,
  embedded: VerifyDocument,
  cluster: VerifyDocument,
  ailing: readonly string[],
): Parity {
  const heard = { embedded: without(embedded, ailing), cluster: without(cluster, ailing) };
  const words: string[] = [];
  const notes: string[] = [];
  const decisions = { embedded: decisionOf(heard.embedded), cluster: decisionOf(heard.cluster) };
  if (decisions.embedded !== decisions.cluster)
    words.push(`decision: ${decisions.embedded} on embedded, ${decisions.cluster} on the cluster`);
  for (const id of heard.embedded.map((criterion) => criterion.id)) {
    const [here, there] = [named(heard.embedded, id), named(heard.cluster, id)];
    if (here?.verdict === there?.verdict) continue;
    (entails.includes(id) ? notes : words).push(`${id}: embedded ${said(here)}; cluster ${said(there)}`);
  }
  const aim = [
    ...expects.map((id) => ({ id, verdict: 'fail' })),
    ...obstructs.map((id) => ({ id, verdict: 'inconclusive' })),
  ];
  for (const { id, verdict } of aim) {
    const [here, there] = [named(heard.embedded, id), named(heard.cluster, id)];
    if (ailing.includes(id) || here?.verdict !== there?.verdict || here?.verdict === verdict) continue;
    words.push(`${id}: ${said(here)} on both, where the fault should make it ${verdict}`);
  }
  if (words.length > 0) return { fault: name, outcome: 'differs', words: [...words, ...notes] };
  const because = heard.cluster
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict }) => `${id} ${verdict}`);
  return { fault: name, outcome: 'agrees', decision: decisions.cluster, because, notes };
}

/** Why a fault cannot show on this cluster, though it may on another: what it should turn red is red already. */
export function cannotShow(
  { expects }: Pick<Fault, 'expects'>,
  healthy: VerifyDocument,
  ailing: readonly string[],
): string | undefined {
  if (expects.length === 0 || expects.some((id) => !ailing.includes(id))) return undefined;
  return expects
    .map((id) => `${id} does not pass on the healthy cluster: ${named(healthy.criteria, id)?.summary}`)
    .join('; ');
}

function without({ criteria }: VerifyDocument, ids: readonly string[]): Criterion[] {
  return criteria.filter(({ id }) => !ids.includes(id));
}

function named(criteria: readonly Criterion[], id: string): Criterion | undefined {
  return criteria.find((criterion) => criterion.id === id);
}

function said(criterion: Criterion | undefined): string {
  return criterion === undefined ? 'nothing' : `${criterion.verdict} (${criterion.summary})`;
}

function decisionOf(criteria: readonly Criterion[]): Decision {
  const judged = criteria.map(({ id, gates, verdict, summary, expected, observed }) => ({
    id,
    gates,
    verdict: { kind: verdict, summary, expected, observed, findings: [] },
  }));
  return decide(
    judged,
    judged.map(({ id }) => id),
  ).decision;
}
