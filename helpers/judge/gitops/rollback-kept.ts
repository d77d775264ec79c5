import type { Migration, WorkloadRef } from '../../config/schema.ts';
import type { FluxState, GitState, OwnedWorkload } from '../../gitops/observed.ts';
import { type Finding, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';
import { workloadName } from '../workloads.ts';
import {
  type GitopsObserved,
  kustomizationLook,
  named,
  nextReconcile,
  ownerOf,
  replicasInGit,
  unseenOf,
  withFlux,
} from './flux.ts';
import { find } from './owners.ts';

/**
 * R.flux (new): Flux will not undo the rollback. It would scale a workload to what Git says of its replicas, be it an old
 * one that runs again or a new one that was stopped, and it would delete what an old Kustomization applies that Git does
 * not define any more.
 */
export function judgeRollbackKept(
  { flux, git, owned }: GitopsObserved,
  migration: Pick<Migration, 'old' | 'new' | 'gitops'>,
  now: Date,
): Verdict {
  const refs = [...migration.old.workloads, ...migration.new.workloads];
  const expected = `for each of ${count(refs.length, 'workload')}: Flux leaves its replicas as they are`;
  return withFlux(flux, migration, expected, (state) => {
    const findings = refs.flatMap((ref): Finding[] => {
      const workload = find(owned.seen, ref);
      return workload === undefined
        ? missing(ref, owned.unseen.length > 0)
        : [judge(workload, state, git.seen[0], now)];
    });
    return verdictOf([...findings, ...unseenOf(flux, owned, git)], {
      expected,
      pass: `${count(findings.length, 'workload')} that Flux leaves as they are`,
    });
  });
}

function missing(ref: WorkloadRef, unseen: boolean): Finding[] {
  if (unseen) return [];
  return [{ subject: workloadName(ref), verdict: 'fail', observed: 'does not exist: nothing was rolled back to it' }];
}

function judge(workload: OwnedWorkload, state: FluxState, git: GitState | undefined, now: Date): Finding {
  const subject = workloadName(workload);
  const found = ownerOf(workload, state);
  if (found?.kustomization === undefined) {
    const observed =
      found === undefined ? 'no Kustomization applies it' : `${named(found.owner)}, which applied it, is gone`;
    return { subject, verdict: 'pass', observed: `${observed}; ${count(workload.replicas, 'replica')}` };
  }
  const { kustomization } = found;
  const look = kustomizationLook(kustomization);
  if (kustomization.suspended)
    return {
      subject,
      verdict: 'pass',
      observed: `${named(kustomization)} is suspended; ${count(workload.replicas, 'replica')}`,
      look,
    };
  const hint = `flux suspend kustomization ${kustomization.name}, or commit what the rollback wants and push.`;
  if (git === undefined) {
    const observed = `${named(kustomization)} is not suspended, and what Git says of its replicas could not be read`;
    return { subject, verdict: 'inconclusive', observed, look, hint };
  }
  const doomed = prunedBy(kustomization, state, git);
  if (doomed !== undefined)
    return {
      subject,
      verdict: 'fail',
      observed: `${doomed} deletes ${named(kustomization)} and with it this: Git does not define it any more`,
      look,
      hint,
    };
  const replicas = replicasInGit(workload, kustomization, git);
  if (replicas.says === 'unclear') {
    const observed = `${named(kustomization)} is not suspended, and how many replicas it applies cannot be told: ${replicas.why}`;
    return { subject, verdict: 'inconclusive', observed, look, hint };
  }
  if (replicas.says === 'nothing' || replicas.says === workload.replicas) {
    const observed = `${count(workload.replicas, 'replica')}, ${replicas.where} ${replicas.says === 'nothing' ? 'leaves them out' : 'says the same'}`;
    return { subject, verdict: 'pass', observed, look };
  }
  const observed = `has ${count(workload.replicas, 'replica')}, ${replicas.where} says ${replicas.says}; ${nextReconcile(kustomization, now)}`;
  return { subject, verdict: 'fail', observed, look, hint };
}

/** The Kustomization that applied an old one and will delete it, because Git defines it no more. */
function prunedBy(
  { owner, namespace, name, prune }: FluxState['kustomizations'][number],
  { kustomizations }: FluxState,
  git: GitState,
): string | undefined {
  const parent = kustomizations.find((each) => owner !== undefined && named(each) === named(owner));
  if (parent === undefined || parent.suspended || !parent.prune || !prune) return undefined;
  const defined = git.applied.find((each) => named(each) === named(parent));
  if (defined === undefined || defined.unfollowed.length > 0 || defined.unreadable.length > 0) return undefined;
  const isThere = defined.definitions.some(
    (each) => each.kind === 'Kustomization' && each.name === name && (each.namespace ?? namespace) === namespace,
  );
  return isThere ? undefined : named(parent);
}
