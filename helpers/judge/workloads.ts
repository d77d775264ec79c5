import type { PodState, WorkloadState } from '../cluster/observed.ts';
import type { WorkloadRef } from '../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { inWindow, type Window } from './window.ts';
import { count, duration, foundInstead, shorten } from './words.ts';

/** The workloads, looked at twice. */
interface Looks {
  readonly first: Sightings<WorkloadState>;
  readonly second: Sightings<WorkloadState>;
}

interface Patience {
  /** Between the two looks. */
  readonly apartSeconds: number;
  /** Up to the second look, API server's clock, without planned outages. */
  readonly window: Window;
}

/**
 * P1.workloads (plan 1.1, "All pods 1/1 Running"): at both looks each workload exists, wants at least its declared
 * replicas, has all of them ready, and each of its pods runs with every container ready. A pod on its way out is not
 * counted. A container that crash-loops is ready between two crashes: one that restarted between the looks, or so
 * shortly before the first, fails.
 */
export function judgeWorkloads({ first, second }: Looks, wanted: readonly WorkloadRef[], patience: Patience): Verdict {
  const findings = wanted.flatMap((ref): Finding[] => {
    const [before, now] = [first, second].map(({ seen }) => seen.find((state) => sameWorkload(state, ref)));
    if (before === undefined || now === undefined) return [];
    return [judgeBoth(before, now, ref, patience)];
  });
  const replicas = second.seen.reduce((sum, { replicasReady }) => sum + replicasReady, 0);
  const unseen = [...new Map([...first.unseen, ...second.unseen].map((each) => [each.subject, each])).values()];
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `${count(wanted.length, 'workload')} of the new system with all replicas ready, every pod Running, every container ready, and none restarting`,
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

function judgeBoth(before: WorkloadState, now: WorkloadState, ref: WorkloadRef, patience: Patience): Finding {
  const last = judgeWorkload(now, ref);
  if (last.verdict !== 'pass') return last;
  const [restarting] = restarts(before, now, patience);
  if (restarting !== undefined) return { subject: last.subject, verdict: 'fail', ...restarting };
  const earlier = judgeWorkload(before, ref);
  if (earlier.verdict === 'pass') return last;
  return { ...earlier, observed: `${earlier.observed}; ${duration(patience.apartSeconds)} later it was ready` };
}

/** The containers that run, and restarted too lately to be trusted. */
function restarts(before: WorkloadState, now: WorkloadState, { apartSeconds, window }: Patience) {
  return now.pods.flatMap((pod) =>
    pod.containers.flatMap(({ name, restartCount, startedAt, lastTermination }) => {
      const known = before.pods.find(({ uid }) => uid === pod.uid)?.containers.find((each) => each.name === name);
      const again = known !== undefined && restartCount > known.restartCount;
      const isYoung = restartCount > 0 && startedAt !== undefined && startedLately(startedAt, 2 * apartSeconds, window);
      if (!again && !isYoung) return [];
      const last =
        lastTermination && `; last termination: ${lastTermination.reason}, exit code ${lastTermination.exitCode}`;
      const when = again ? 'between two looks' : `less than ${duration(2 * apartSeconds)} ago`;
      return {
        observed: `container ${name} of pod ${pod.name} restarted ${when} (${count(restartCount, 'restart')})${last ?? ''}`,
        look: `kubectl logs ${pod.name} -n ${pod.namespace} -c ${name} --previous --tail=100`,
      };
    }),
  );
}

/** A node's clock may be ahead of the API server's. */
function startedLately(startedAt: string, seconds: number, window: Window): boolean {
  const ageSeconds = (Date.parse(window.to) - Date.parse(startedAt)) / 1000;
  return ageSeconds <= 0 || (ageSeconds < seconds && inWindow(window, startedAt));
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
