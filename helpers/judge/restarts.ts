import type { ContainerState, PodState, WorkloadState } from '../cluster/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { inWindow, takenWords, type Window } from './window.ts';
import { count, duration } from './words.ts';
import { workloadName } from './workloads.ts';

/**
 * P1.restarts: no container of the new system restarted within the window (API server's clock); how it last ended is
 * quoted. A pod that was replaced is no restart. A restart in planned maintenance is taken out.
 */
export function judgeRestarts(workloads: Sightings<WorkloadState>, window: Window): Verdict {
  const findings = workloads.seen.flatMap((workload): Finding[] => {
    const containers = workload.pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
    if (containers.length === 0) {
      return [{ subject: workloadName(workload), verdict: 'inconclusive', observed: 'no pod to look at' }];
    }
    return containers.map(({ pod, container }) => judgeContainer(pod, container, window));
  });
  const restarts = findings.length;
  return verdictOf([...findings, ...unseenFindings(workloads.unseen)], {
    expected: `no container restarted within the last ${duration(window.seconds)}${takenWords(window)}`,
    pass: `${count(restarts, 'container')}, none restarted within ${duration(window.seconds)}`,
    hint: 'Read the log of the run that ended: OOMKilled wants a higher memory limit in deployment-patch.yaml, an exit code its own cause.',
  });
}

function judgeContainer(pod: PodState, container: ContainerState, window: Window): Finding {
  const subject = `${pod.namespace}/${pod.name}/${container.name}`;
  const ended = container.lastTermination;
  const restartedAt = [ended?.finishedAt, container.restartCount > 0 ? container.startedAt : undefined]
    .filter((at) => at !== undefined)
    .sort();
  const within = restartedAt.find((at) => inWindow(window, at));
  const last =
    ended === undefined
      ? 'how it ended is not kept'
      : `${ended.reason}, exit code ${ended.exitCode}, at ${ended.finishedAt}`;
  const times = `${count(container.restartCount, 'restart')} so far`;
  if (within !== undefined) {
    return {
      subject,
      verdict: 'fail',
      observed: `restarted; last termination: ${last}; ${times}`,
      since: within,
      look: `kubectl logs ${pod.name} -n ${pod.namespace} -c ${container.name} --previous --tail=100`,
    };
  }
  if (container.state === 'terminated') {
    return {
      subject,
      verdict: 'fail',
      observed: `has ended and does not run (${container.reason ?? 'no reason given'}); ${times}`,
      look: `kubectl describe pod ${pod.name} -n ${pod.namespace}`,
    };
  }
  if (container.restartCount > 0 && restartedAt.length === 0) {
    return {
      subject,
      verdict: 'inconclusive',
      observed: `${times}, but not when: the API server keeps no time of them`,
    };
  }
  const observed = container.restartCount === 0 ? 'never restarted' : `not in the window; last: ${last}`;
  return { subject, verdict: 'pass', observed };
}
