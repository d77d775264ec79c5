import type { V1Container } from '@kubernetes/client-node';
import type { Target } from '../target/target.ts';
import type { ContainerUse, WorkloadState } from './observed.ts';
import { observeUsage, quantity } from './usage.ts';

/**
 * What each container of a workload uses of CPU and memory against its request and limit, with its restarts; of several
 * pods the one that uses most memory, and the restarts of all. One whose use is not measured yet, for it has just
 * started, has none. Throws `Unobservable`, also where the cluster has no metrics API.
 */
export async function observeContainerUse(
  { kube }: Pick<Target, 'kube'>,
  { kind, namespace, name: workload, pods }: WorkloadState,
): Promise<ContainerUse[]> {
  if (pods.length === 0) return [];
  const [usage, { items }] = await Promise.all([
    observeUsage({ kube }, namespace),
    kube.core.listNamespacedPod({ namespace }),
  ]);
  const own = new Set(pods.map(({ name }) => name));
  const specs = items
    .filter(({ metadata }) => own.has(metadata?.name ?? ''))
    .flatMap(({ spec }) => spec?.containers ?? []);
  const names = [...new Set(specs.map(({ name }) => name))];
  return names.map((container): ContainerUse => {
    const states = pods.flatMap(({ containers }) => containers.filter(({ name }) => name === container));
    const used = usage
      .filter((one) => own.has(one.pod) && one.container === container)
      .toSorted((a, b) => b.memoryBytes - a.memoryBytes)[0];
    const lastTermination = states
      .flatMap((state) => state.lastTermination ?? [])
      .toSorted((a, b) => b.finishedAt.localeCompare(a.finishedAt))[0];
    const spec = specs.find(({ name }) => name === container);
    return {
      kind,
      namespace,
      workload,
      container,
      ...(used === undefined ? {} : { usedBytes: used.memoryBytes, usedMillicores: used.cpuMillicores }),
      ...declared(spec),
      restartCount: states.reduce((sum, { restartCount }) => sum + restartCount, 0),
      ...(lastTermination === undefined ? {} : { lastTermination }),
    };
  });
}

function declared(
  spec: V1Container | undefined,
): Pick<ContainerUse, 'requestBytes' | 'limitBytes' | 'requestMillicores' | 'limitMillicores'> {
  const { requests = {}, limits = {} } = spec?.resources ?? {};
  return {
    ...(requests.memory === undefined ? {} : { requestBytes: quantity(requests.memory) }),
    ...(limits.memory === undefined ? {} : { limitBytes: quantity(limits.memory) }),
    ...(requests.cpu === undefined ? {} : { requestMillicores: quantity(requests.cpu) * 1000 }),
    ...(limits.cpu === undefined ? {} : { limitMillicores: quantity(limits.cpu) * 1000 }),
  };
}
