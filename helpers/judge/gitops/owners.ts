import type { Migration, WorkloadRef } from '../../config/schema.ts';
import type { FluxState, OwnedWorkload } from '../../gitops/observed.ts';
import { type Finding, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration } from '../words.ts';
import { workloadName } from '../workloads.ts';
import { type GitopsObserved, kustomizationLook, named, nextReconcile, ownerOf, unseenOf, withFlux } from './flux.ts';

/**
 * P2.owners (new): each old workload's Kustomization is known, with whether it prunes, is suspended, and how often it
 * reconciles: before the cutover this says what Flux will put back, and in phase 6 what it will delete.
 */
export function judgeOwners(
  { flux, owned }: Pick<GitopsObserved, 'flux' | 'owned'>,
  migration: Pick<Migration, 'old' | 'gitops'>,
  now: Date,
): Verdict {
  const expected = `the Kustomization of each of ${count(migration.old.workloads.length, 'old workload')} is known: whether it prunes, is suspended, how often it reconciles`;
  return withFlux(flux, migration, expected, (state) => {
    const findings = migration.old.workloads.flatMap((ref): Finding[] => {
      const workload = find(owned.seen, ref);
      return workload === undefined ? [] : [judgeOwner(workload, state, now)];
    });
    return verdictOf([...findings, ...unseenOf(flux, owned)], {
      expected,
      pass: `${count(findings.length, 'old workload')}: ${findings.map(({ observed }) => observed.split(',')[0]).join('; ')}`,
      hint: 'Whoever made it by hand, or by another tool, may bring it back after the cutover.',
    });
  });
}

export function find(owned: readonly OwnedWorkload[], ref: WorkloadRef): OwnedWorkload | undefined {
  return owned.find(
    ({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name,
  );
}

function judgeOwner(workload: OwnedWorkload, state: FluxState, now: Date): Finding {
  const subject = workloadName(workload);
  const found = ownerOf(workload, state);
  if (found === undefined)
    return { subject, verdict: 'fail', observed: 'no Kustomization applies it, by its labels and every inventory' };
  const { owner, kustomization } = found;
  const look = kustomizationLook(owner);
  if (kustomization === undefined)
    return { subject, verdict: 'pass', observed: `${named(owner)} applied it and is gone`, look };
  const { prune, suspended, intervalSeconds } = kustomization;
  const words = [
    named(owner),
    prune ? 'prunes: deleted unsuspended, it deletes this' : 'does not prune',
    suspended ? 'suspended' : nextReconcile(kustomization, now),
    `interval ${duration(intervalSeconds)}`,
  ];
  return { subject, verdict: 'pass', observed: words.join(', '), look };
}
