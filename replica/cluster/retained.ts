import type { Cluster } from './cluster.ts';

const body = [{ op: 'replace', path: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' }];

/** The volumes of these namespaces' claims stay when the claims go: most provisioners make them otherwise. */
export async function retainVolumes({ core }: Pick<Cluster, 'core'>, namespaces: readonly string[]): Promise<void> {
  const { items } = await core.listPersistentVolume();
  for (const { metadata, spec } of items) {
    if (!namespaces.includes(spec?.claimRef?.namespace ?? '')) continue;
    await core.patchPersistentVolume({ name: metadata?.name ?? '', body });
  }
}
