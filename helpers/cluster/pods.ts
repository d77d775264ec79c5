import type { V1ContainerStateTerminated, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { mask } from '../target/mask.ts';
import type { ContainerState, PodState, Termination } from './observed.ts';

/** A pod as the API server gives it, as plain data. */
export function podState(pod: V1Pod): PodState {
  const { metadata, spec, status } = pod;
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    phase: status?.phase ?? 'Unknown',
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    terminating: metadata?.deletionTimestamp !== undefined,
    createdAt: iso(metadata?.creationTimestamp) ?? '',
    containers: containerStates(spec?.containers, status?.containerStatuses, pod),
    initContainers: containerStates(spec?.initContainers, status?.initContainerStatuses, pod),
  };
}

/** Kubernetes' times arrive as Date from the generated client and as text from elsewhere. */
export function iso(time: Date | string | undefined): string | undefined {
  return time === undefined || time === null ? undefined : new Date(time).toISOString();
}

function containerStates(
  containers: readonly { name: string; image?: string }[] = [],
  statuses: readonly V1ContainerStatus[] = [],
  pod: V1Pod,
): ContainerState[] {
  return containers.map(({ name, image }) => {
    const status = statuses.find((candidate) => candidate.name === name);
    return { name, image: image ?? status?.image ?? '', ...(status === undefined ? unscheduled(pod) : run(status)) };
  });
}

/** A container without a status: its pod has no node yet, or was evicted; the pod says why. */
function unscheduled(pod: V1Pod): Omit<ContainerState, 'name' | 'image'> {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const reason = pod.status?.reason ?? scheduled?.reason;
  const message = pod.status?.message ?? scheduled?.message;
  return { ready: false, restartCount: 0, state: 'unknown', ...said(reason, message) };
}

function run(status: V1ContainerStatus): Omit<ContainerState, 'name' | 'image'> {
  const { running, waiting, terminated } = status.state ?? {};
  const startedAt = iso(running?.startedAt ?? terminated?.startedAt);
  const finishedAt = iso(terminated?.finishedAt);
  const last = status.lastState?.terminated;
  return {
    ready: status.ready,
    restartCount: status.restartCount,
    state: running ? 'running' : waiting ? 'waiting' : terminated ? 'terminated' : 'unknown',
    ...said(waiting?.reason ?? terminated?.reason, waiting?.message ?? terminated?.message),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(last === undefined ? {} : { lastTermination: termination(last) }),
  };
}

function termination(last: V1ContainerStateTerminated): Termination {
  const startedAt = iso(last.startedAt);
  return {
    reason: last.reason ?? 'Unknown',
    exitCode: last.exitCode,
    ...(startedAt === undefined ? {} : { startedAt }),
    finishedAt: iso(last.finishedAt) ?? '',
  };
}

/** A termination message is a piece of the container's log, so it may hold what a log may hold. */
function said(reason: string | undefined, message: string | undefined): { reason?: string; message?: string } {
  return { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message: mask(message) }) };
}
