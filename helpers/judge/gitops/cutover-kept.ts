import type { Migration } from '../../config/schema.ts';
import type { FluxState, GitState, KustomizationState, OwnedWorkload } from '../../gitops/observed.ts';
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
 * P4.flux (new): Flux will not undo the cutover. A workload that is scaled to 0 comes back at the next reconcile of the
 * Kustomization that applies it, unless this is suspended, or what it applies says 0 replicas or leaves them out.
 */
export function judgeCutoverKept(
  { flux, git, owned }: GitopsObserved,
  migration: Pick<Migration, 'old' | 'gitops'>,
  now: Date,
): Verdict {
  const scaled = migration.old.workloads.filter(({ namespace }) => !migration.old.dataNamespaces.includes(namespace));
  const expected = `for each of ${count(scaled.length, 'workload')} that the cutover scales down: its Kustomization is suspended, or Git says replicas 0 or leaves them out`;
  return withFlux(flux, migration, expected, (state) => {
    const findings = scaled.flatMap((ref): Finding[] => {
      const workload = find(owned.seen, ref);
      return workload === undefined ? [] : [judgeWorkload(workload, state, git.seen[0], now)];
    });
    // What Git says is asked of those alone that are not suspended.
    const needsGit = findings.some(({ verdict }) => verdict === 'inconclusive');
    return verdictOf([...findings, ...unseenOf(flux, owned, ...(needsGit ? [git] : []))], {
      expected,
      pass: `${count(findings.length, 'workload')} that Flux leaves at 0: ${findings.map(({ observed }) => observed).join('; ')}`,
    });
  });
}

function judgeWorkload(workload: OwnedWorkload, state: FluxState, git: GitState | undefined, now: Date): Finding {
  const subject = workloadName(workload);
  const found = ownerOf(workload, state);
  if (found === undefined) return { subject, verdict: 'pass', observed: 'no Kustomization applies it' };
  const { owner, kustomization } = found;
  const look = kustomizationLook(owner);
  if (kustomization === undefined)
    return { subject, verdict: 'pass', observed: `${named(owner)}, which applied it, is gone`, look };
  if (kustomization.suspended) return suspended(subject, kustomization, state, git);
  const hint = suspendHint(kustomization);
  if (git === undefined) {
    const observed = `${named(owner)} is not suspended, and what Git says of its replicas could not be read`;
    return { subject, verdict: 'inconclusive', observed, look, hint };
  }
  const replicas = replicasInGit(workload, kustomization, git);
  if (replicas.says === 'unclear') {
    const observed = `${named(owner)} is not suspended, and how many replicas it applies cannot be told: ${replicas.why}`;
    return { subject, verdict: 'inconclusive', observed, look, hint };
  }
  if (replicas.says === 'nothing' || replicas.says === 0) {
    const observed = `${replicas.where} ${replicas.says === 0 ? 'says replicas: 0' : 'leaves replicas out'}`;
    return { subject, verdict: 'pass', observed, look };
  }
  const observed = `${named(owner)} is not suspended and ${replicas.where} says replicas: ${replicas.says}; ${nextReconcile(kustomization, now)}`;
  return { subject, verdict: 'fail', observed, look, hint };
}

/** Suspended stays suspended, unless the Kustomization that applies it says otherwise in Git. */
function suspended(
  subject: string,
  kustomization: KustomizationState,
  { kustomizations }: FluxState,
  git: GitState | undefined,
): Finding {
  const { owner } = kustomization;
  const parent = owner && kustomizations.find((each) => named(each) === named(owner) && !each.suspended);
  const definition = git?.applied
    .find((each) => parent !== undefined && named(each) === named(parent))
    ?.definitions.find(
      ({ kind, name, namespace = kustomization.namespace }) =>
        kind === 'Kustomization' && name === kustomization.name && namespace === kustomization.namespace,
    );
  const look = kustomizationLook(kustomization);
  if (parent === undefined || definition?.suspend !== false)
    return { subject, verdict: 'pass', observed: `${named(kustomization)} is suspended`, look };
  return {
    subject,
    verdict: 'fail',
    observed: `${named(kustomization)} is suspended, but ${definition.file}:${definition.line} says suspend: false, which ${named(parent)} will apply`,
    look,
    hint: 'Take suspend: false out of the definition, or say true.',
  };
}

function suspendHint({ namespace, name }: KustomizationState): string {
  return `kubectl patch kustomization ${name} -n ${namespace} --type=merge -p '{"spec":{"suspend":true}}' (or flux suspend kustomization ${name}) before the cutover: what is scaled down comes back otherwise.`;
}
