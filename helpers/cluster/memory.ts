import type { Target } from '../target/target.ts';
import type { ContainerMemory, WorkloadState } from './observed.ts';
import { observeUsage, quantity } from './usage.ts';

/**
 * What each container of a workload uses of its memory limit, bytes; of several pods the one that uses most.
 * Throws `Unobservable`, also where the cluster has no metrics API.
 */
export async function observeMemory(
  { kube }: Pick<Target, 'kube'>,
  { kind, namespace, name, pods }: WorkloadState,
): Promise<ContainerMemory[]> {
  const [usage, { items }] = await Promise.all([
    observeUsage({ kube }, namespace),
    kube.core.listNamespacedPod({ namespace }),
  ]);
  const own = new Set(pods.map((pod) => pod.name));
  const containers = items
    .filter(({ metadata }) => own.has(metadata?.name ?? ''))
    .flatMap(({ metadata, spec }) => (spec?.containers ?? []).map((container) => ({ pod: metadata?.name, container })));
  const byName = Map.groupBy(containers, ({ container }) => container.name);
  return [...byName].flatMap(([container, all]) => {
    const used = usage.filter((one) => own.has(one.pod) && one.container === container);
    if (used.length === 0) return [];
    const limit = all.find((one) => one.container.resources?.limits?.memory)?.container.resources?.limits?.memory;
    return {
      kind,
      namespace,
      workload: name,
      container,
      usedBytes: Math.max(...used.map(({ memoryBytes }) => memoryBytes)),
      ...(limit === undefined ? {} : { limitBytes: quantity(limit) }),
    };
  });
}
