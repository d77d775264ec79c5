import type { V1PersistentVolume } from '@kubernetes/client-node';
import type { Target } from '../target/target.ts';
import type { ClaimState, VolumeState } from './observed.ts';

/** The claims of a namespace, each with its volume and the pods that mount it. Throws `Unobservable`. */
export async function observeClaims({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<ClaimState[]> {
  const [claims, pods, volumes] = await Promise.all([
    kube.core.listNamespacedPersistentVolumeClaim({ namespace }),
    kube.core.listNamespacedPod({ namespace }),
    observeVolumes({ kube }),
  ]);
  return claims.items.map(({ metadata, spec, status }) => {
    const name = metadata?.name ?? '';
    const volume = volumes.find((each) => each.name === spec?.volumeName);
    const capacity = status?.capacity?.storage ?? spec?.resources?.requests?.storage;
    const mounting = pods.items.filter((pod) =>
      pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
    );
    return {
      namespace,
      name,
      phase: status?.phase ?? 'Unknown',
      ...(capacity === undefined ? {} : { capacity }),
      ...(spec?.storageClassName === undefined ? {} : { storageClass: spec.storageClassName }),
      ...(spec?.volumeName === undefined ? {} : { volume: spec.volumeName }),
      ...(volume === undefined ? {} : { reclaimPolicy: volume.reclaimPolicy }),
      mountedBy: mounting.map((pod) => pod.metadata?.name ?? ''),
    };
  });
}

/** Every volume of the cluster. Throws `Unobservable`. */
export async function observeVolumes({ kube }: Pick<Target, 'kube'>): Promise<VolumeState[]> {
  const { items } = await kube.core.listPersistentVolume();
  return items.map(volumeState);
}

function volumeState({ metadata, spec, status }: V1PersistentVolume): VolumeState {
  const { namespace, name } = spec?.claimRef ?? {};
  const capacity = spec?.capacity?.storage;
  return {
    name: metadata?.name ?? '',
    phase: status?.phase ?? 'Unknown',
    // What Kubernetes takes it for where a volume made by hand says nothing.
    reclaimPolicy: spec?.persistentVolumeReclaimPolicy ?? 'Retain',
    ...(capacity === undefined ? {} : { capacity }),
    ...(namespace === undefined || name === undefined ? {} : { claim: { namespace, name } }),
  };
}
