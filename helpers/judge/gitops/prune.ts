import type { ClaimState } from '../../cluster/observed.ts';
import type { Migration, WorkloadRef } from '../../config/schema.ts';
import type { Sightings } from '../verdict.ts';
import { type Finding, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';
import { workloadName } from '../workloads.ts';
import { type GitopsObserved, isGone, unseenOf, withFlux } from './flux.ts';
import { find } from './owners.ts';

/** The state before the cutover, as far as prune is judged by it. */
export interface Captured {
  readonly at: string;
  readonly workloads: readonly {
    readonly kind: 'Deployment' | 'StatefulSet';
    readonly namespace: string;
    readonly name: string;
    readonly replicas: number;
  }[];
  /** What was written of the old namespaces, as it can be applied again. */
  readonly manifests: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
  }[];
}

export interface PruneObserved extends Pick<GitopsObserved, 'flux' | 'owned'> {
  readonly claims: Sightings<ClaimState>;
  /** The newest capture in the ledger. */
  readonly capture: Captured | undefined;
}

/**
 * P6.prune (new): what Flux removed lies within the old workloads; nothing else is missing against the state before the
 * cutover, and the old database is there with its volume. The pass says which rollback still works.
 */
export function judgePrune(observed: PruneObserved, migration: Pick<Migration, 'old' | 'new' | 'gitops'>): Verdict {
  const { flux, owned, claims, capture } = observed;
  const expected =
    'nothing is missing against the state before the cutover but old workloads; the old database is there with its volume';
  return withFlux(flux, migration, expected, () => {
    const { workloads, dataNamespaces } = migration.old;
    const scaled = workloads.filter(({ namespace }) => !dataNamespaces.includes(namespace));
    const data = workloads.filter(({ namespace }) => dataNamespaces.includes(namespace));
    const isScaled = (each: WorkloadRef) =>
      scaled.some((ref) => workloadName(ref) === workloadName(each) && ref.kind === each.kind);
    const others = (capture?.workloads ?? []).filter(
      (each) => !isScaled(each) && !data.some((ref) => workloadName(ref) === workloadName(each)),
    );
    const removed = scaled.filter((ref) => isGone(ref, owned));
    const findings = [
      ...data.flatMap((ref) => kept(ref, observed, 'the old database: a rollback needs it, and its data may be gone')),
      ...dataNamespaces.flatMap((namespace) => volumes(namespace, claims)),
      ...others.flatMap((ref) => kept(ref, observed, 'it was there before the cutover')),
      ...scaled.flatMap((ref) => scaledDown(ref, observed)),
      ...(capture === undefined ? [uncaptured] : []),
    ];
    return verdictOf([...findings, ...unseenOf(flux, owned, claims)], {
      expected,
      pass:
        removed.length === 0
          ? `nothing was removed: scaling ${count(scaled.length, 'old workload')} up again still rolls back`
          : `${count(removed.length, 'old workload')} removed: a rollback has to apply what was captured at ${capture?.at} again`,
      hint: 'Suspend a Kustomization before it is deleted, or take prune from it: Flux deletes what it applied otherwise.',
    });
  });
}

const uncaptured: Finding = {
  subject: 'the state before the cutover',
  verdict: 'inconclusive',
  observed: 'the ledger holds no capture of it: what else is missing cannot be told',
  hint: 'npm run state:capture, before the cutover, notes what there is.',
};

function kept(ref: WorkloadRef, { owned }: PruneObserved, what: string): Finding[] {
  const subject = workloadName(ref);
  const look = `kubectl get ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace}`;
  if (find(owned.seen, ref) !== undefined) return [{ subject, verdict: 'pass', observed: 'is there', look }];
  return isGone(ref, owned) ? [{ subject, verdict: 'fail', observed: `${ref.kind} is missing: ${what}`, look }] : [];
}

function volumes(namespace: string, { seen, unseen }: Sightings<ClaimState>): Finding[] {
  const look = `kubectl get pvc -n ${namespace}`;
  const own = seen.filter((claim) => claim.namespace === namespace);
  if (own.length === 0 && unseen.length === 0)
    return [{ subject: namespace, verdict: 'fail', observed: 'holds no volume any more: the old data is gone', look }];
  return own.map(({ name, phase, volume }) => ({
    subject: `${namespace}/${name}`,
    verdict: phase === 'Bound' ? 'pass' : 'fail',
    observed: phase === 'Bound' ? `Bound to ${volume}` : `the claim is ${phase}`,
    look,
  }));
}

/** One that is gone is no failure as long as it can be made again. */
function scaledDown(ref: WorkloadRef, { owned, capture }: PruneObserved): Finding[] {
  const subject = workloadName(ref);
  const workload = find(owned.seen, ref);
  if (workload !== undefined)
    return [{ subject, verdict: 'pass', observed: `is there with ${count(workload.replicas, 'replica')}` }];
  if (!isGone(ref, owned)) return [];
  const isCaptured = capture?.manifests.some(
    ({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name && metadata.namespace === ref.namespace,
  );
  return isCaptured
    ? [{ subject, verdict: 'pass', observed: 'is gone; its manifest was captured' }]
    : [
        {
          subject,
          verdict: 'inconclusive',
          observed: 'is gone, and its manifest was not captured: only Git can bring it back',
        },
      ];
}
