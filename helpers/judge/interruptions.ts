import type { ContainerState, PodState, WorkloadState } from '../cluster/observed.ts';
import type { Span } from './window.ts';

/**
 * What of a workload did not run through a span of time, in words, by what the API server still knows: containers that
 * ended or started within it, pods made within it, and for a span that still lasts a workload without a pod. Kubernetes keeps one termination a
 * container, so earlier ones of a crash loop show as its restart count alone.
 */
export function interruptions(workload: WorkloadState, span: Span & { readonly open: boolean }): string[] {
  if (!workload.exists) return span.open ? ['does not exist'] : [];
  if (workload.pods.length === 0) return span.open ? ['has no pod'] : [];
  const words = workload.pods.flatMap((pod) => {
    const ends = pod.containers.flatMap((container) => containerWords(container, span));
    return ends.length > 0 ? ends : podWords(pod, workload, span);
  });
  return [...new Set(words)];
}

function containerWords(container: ContainerState, span: Span & { readonly open: boolean }): string[] {
  const { lastTermination: last, startedAt, state, finishedAt } = container;
  const times = container.restartCount > 1 ? `, ${container.restartCount} restarts so far` : '';
  if (state !== 'running') {
    const since = finishedAt ?? last?.finishedAt;
    const began = since === undefined ? span.open : Date.parse(since) <= Date.parse(span.to);
    if (!began) return [];
    const reason = container.reason === undefined ? '' : ` (${container.reason})`;
    return [`does not run${reason}${since === undefined ? '' : ` since ${since}`}${times}`];
  }
  if (last !== undefined && startedAt !== undefined && overlaps({ from: last.finishedAt, to: startedAt }, span)) {
    return [
      `ended at ${last.finishedAt} (${last.reason}, exit code ${last.exitCode}), ran again from ${startedAt}${times}`,
    ];
  }
  return [];
}

/** A pod that is younger than its workload took the place of another, or came with a scaling up. */
function podWords(pod: PodState, workload: WorkloadState, span: Span): string[] {
  const made = Date.parse(pod.createdAt);
  if (made < Date.parse(span.from) || made > Date.parse(span.to)) return [];
  const first = workload.createdAt !== undefined && made - Date.parse(workload.createdAt) < firstPodWithinMs;
  return [first ? `was first made at ${workload.createdAt}` : `got a new pod at ${pod.createdAt}`];
}

/** A controller makes the pods of a new workload at once. */
const firstPodWithinMs = 60_000;

/** Whether two stretches of time have a moment in common, their ends included. */
function overlaps(a: Span, b: Span): boolean {
  return Date.parse(a.from) <= Date.parse(b.to) && Date.parse(b.from) <= Date.parse(a.to);
}
