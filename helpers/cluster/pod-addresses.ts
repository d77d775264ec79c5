import type { V1Pod } from '@kubernetes/client-node';
import type { Target } from '../target/target.ts';
import type { PodAddress } from './observed.ts';

/** Every pod that has an address of its own, by that. Throws `Unobservable` when pods cannot be listed everywhere. */
export async function observePodAddresses({ kube }: Pick<Target, 'kube'>): Promise<PodAddress[]> {
  const { items } = await kube.core.listPodForAllNamespaces();
  // One that shares its node's address cannot be told by it; one that has ended has given it back.
  return items
    .filter(({ spec, status }) => spec?.hostNetwork !== true && ['Pending', 'Running'].includes(status?.phase ?? ''))
    .flatMap((pod) => {
      const owner = ownerOf(pod);
      const addresses = pod.status?.podIPs?.flatMap(({ ip }) => ip ?? []) ?? [];
      return addresses.map((address) => ({
        namespace: pod.metadata?.namespace ?? '',
        pod: pod.metadata?.name ?? '',
        address,
        ...(owner === undefined ? {} : { owner }),
      }));
    });
}

/** A ReplicaSet is named after its Deployment and the hash that its pods are labelled with. */
function ownerOf({ metadata }: V1Pod): PodAddress['owner'] {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const hash = metadata?.labels?.['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  return { kind: owner.kind, name: owner.name };
}
