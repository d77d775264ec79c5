import type { PodState, WorkloadState } from '../cluster/observed.ts';
import type { WorkloadRef } from '../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, foundInstead, shorten } from './words.ts';

/**
 * P1.workloads (plan 1.1, "All pods 1/1 Running"): each workload exists, wants at least its declared replicas, has all
 * of them ready, and each of its pods runs with every container ready. A pod on its way out is not counted.
 */
export function judgeWorkloads(observed: Sightings<WorkloadState>, wanted: readonly WorkloadRef[]): Verdict {
  const findings = workloadFindings(observed, wanted);
  const replicas = observed.seen.reduce((sum, { replicasReady }) => sum + replicasReady, 0);
  return verdictOf([...findings, ...unseenFindings(observed.unseen)], {
    expected: `${count(wanted.length, 'workload')} of the new system with all replicas ready, every pod Running, every container ready`,
    pass: `${count(findings.length, 'workload')}, ${count(replicas, 'replica')} ready`,
    hint: 'Phase 1 of the plan goes no further until all pods are 1/1 Running: read the pod’s events and its log, mend it, verify again.',
  });
}

/** Each wanted workload that could be looked for; a namespace that stayed unseen says so itself. */
export function workloadFindings(observed: Sightings<WorkloadState>, wanted: readonly WorkloadRef[]): Finding[] {
  return wanted.flatMap((ref): Finding[] => {
    const workload = observed.seen.find((state) => sameWorkload(state, ref));
    return workload === undefined ? [] : [judgeWorkload(workload, ref)];
  });
}

/** `timescaledb/redpanda-connect`: how an operator names a workload. */
export function workloadName(ref: { readonly namespace: string; readonly name: string }): string {
  return `${ref.namespace}/${ref.name}`;
}

function sameWorkload(state: WorkloadState, ref: WorkloadRef): boolean {
  return state.kind === ref.kind && state.namespace === ref.namespace && state.name === ref.name;
}

function judgeWorkload(workload: WorkloadState, ref: WorkloadRef): Finding {
  const subject = workloadName(ref);
  const get = `kubectl get ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace}`;
  const fail = (observed: string, look: string, hint?: string): Finding => ({
    subject,
    verdict: 'fail',
    observed,
    look,
    ...(hint === undefined ? {} : { hint }),
  });
  if (!workload.exists) {
    return fail(
      `${ref.kind} is missing${foundInstead(workload.foundInstead)}`,
      `kubectl get deployments,statefulsets -n ${ref.namespace}`,
      'Deploy it, or correct its name under new.workloads in migration.yaml.',
    );
  }
  if (workload.replicasDesired < ref.replicas) {
    return fail(
      `scaled to ${workload.replicasDesired}, ${ref.replicas} wanted`,
      get,
      `kubectl scale ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace} --replicas=${ref.replicas}`,
    );
  }
  const ill = workload.pods.filter((pod) => !pod.terminating).flatMap((pod) => podTrouble(pod));
  const [first] = ill;
  if (workload.replicasReady < workload.replicasDesired) {
    const why = first === undefined ? 'no pod of it exists' : ill.map(({ observed }) => observed).join('; ');
    const look = first?.look ?? `kubectl describe ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace}`;
    return fail(`${workload.replicasReady} of ${workload.replicasDesired} ready: ${why}`, look);
  }
  if (first !== undefined) return fail(ill.map(({ observed }) => observed).join('; '), first.look);
  return { subject, verdict: 'pass', observed: `${workload.replicasReady} of ${workload.replicasDesired} ready` };
}

export function podTrouble(pod: PodState): { observed: string; look: string }[] {
  const look = `kubectl describe pod ${pod.name} -n ${pod.namespace}`;
  if (pod.phase !== 'Running') {
    const waiting = pod.containers.find(({ reason }) => reason !== undefined);
    const why = waiting === undefined ? '' : ` (${waiting.name}: ${waiting.reason})`;
    return [{ observed: `pod ${pod.name} is ${pod.phase}${why}`, look }];
  }
  return pod.containers
    .filter(({ ready }) => !ready)
    .map((container) => {
      const reason = container.reason === undefined ? '' : `, ${container.reason}`;
      const message = container.message === undefined ? '' : `: ${shorten(container.message)}`;
      const restarts = container.restartCount > 0 ? `, ${count(container.restartCount, 'restart')}` : '';
      return {
        observed: `container ${container.name} of pod ${pod.name} is not ready (${container.state}${reason}${restarts})${message}`,
        look,
      };
    });
}
