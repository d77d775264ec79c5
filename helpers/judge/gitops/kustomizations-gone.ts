import type { Migration } from '../../config/schema.ts';
import type { FluxState } from '../../gitops/observed.ts';
import { type Finding, type Sightings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';
import { kustomizationLook, unseenOf, withFlux } from './flux.ts';

/** P6.kustomizations-gone (plan 6.3): no Kustomization of the old system is left; one that is being deleted is named with what holds it. */
export function judgeKustomizationsGone(flux: Sightings<FluxState>, migration: Pick<Migration, 'gitops'>): Verdict {
  const { namespace, kustomizations: old } = migration.gitops;
  const expected = `none of ${count(old.length, 'old Kustomization')} is left in ${namespace}`;
  return withFlux(flux, migration, expected, ({ kustomizations }) => {
    // A namespace that holds none at all is no proof: it may be the wrong one.
    if (kustomizations.length === 0) {
      const observed = 'it holds no Kustomization at all, not even of the new system';
      const hint = 'gitops.namespace in migration.yaml names the namespace of Flux’s Kustomizations.';
      return verdictOf([{ subject: namespace, verdict: 'inconclusive', observed, hint }], { expected, pass: '' });
    }
    const findings = old.map((name): Finding => {
      const subject = `${namespace}/${name}`;
      const found = kustomizations.find((each) => each.name === name);
      if (found === undefined) return { subject, verdict: 'pass', observed: 'gone' };
      const look = kustomizationLook(found);
      if (found.deletingSince !== undefined) {
        const observed = `is being deleted, held by ${found.finalizers.join(', ') || 'nothing'}`;
        return { subject, verdict: 'fail', observed, since: found.deletingSince, look };
      }
      const state = found.suspended ? 'suspended' : `applies ${count(found.inventory.length, 'object')}`;
      return { subject, verdict: 'fail', observed: `is still there (${state}, path ${found.path})`, look };
    });
    return verdictOf([...findings, ...unseenOf(flux)], {
      expected,
      pass: `${count(findings.length, 'old Kustomization')} gone, ${count(kustomizations.length, 'other')} left`,
      hint: 'Plan 6.1: take it out of apps.yaml, commit, push, reconcile. Suspend it first: deleted unsuspended, with prune, it takes its workloads with it.',
    });
  });
}
