import { type Patience, patiently } from './await-cluster.ts';
import type { Cluster } from './cluster.ts';
import { kindLabel } from './objects.ts';

/** What lies outside the replica's own namespaces, by kind. Namespaces take with them what is in them. */
const outside = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
  { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' },
] as const;

/** A volume whose claim is gone is deleted by its provisioner, or by nobody. */
const namespacesWithin = 180;

/** Removes whatever bears a replica's label, and waits until it is gone. False when there was nothing. */
export async function removeObjects(cluster: Cluster, patience: Patience): Promise<boolean> {
  const { core } = cluster;
  const namespaces = await cluster.list('v1', 'Namespace', kindLabel);
  const volumes = await volumesOf(cluster, new Set(namespaces.map(({ metadata }) => metadata.name)));
  const others = (
    await Promise.all(outside.map(({ apiVersion, kind }) => cluster.list(apiVersion, kind, kindLabel)))
  ).flat();
  const mark = await cluster.list('v1', 'ConfigMap', `${kindLabel}`);
  const marks = mark.filter(({ metadata }) => metadata.namespace === 'kube-system');
  if (namespaces.length + others.length + marks.length === 0) return false;
  patience.progress(`removing ${namespaces.length} namespaces and ${others.length} objects beside them`);
  const inside = new Set(namespaces.map(({ metadata }) => metadata.name));
  for (const object of others) {
    patience.signal.throwIfAborted();
    if (!inside.has(object.metadata.namespace ?? '')) await cluster.remove(object);
  }
  for (const namespace of namespaces) await cluster.remove(namespace);
  await patiently('namespaces to go', namespacesWithin, patience, async () => {
    const left = (await core.listNamespace({ labelSelector: kindLabel })).items;
    return left.map(({ metadata, status }) => {
      const held = status?.conditions?.find(({ status: so, message }) => so === 'True' && message);
      return { name: metadata?.name ?? '', why: held?.message ?? status?.phase ?? 'no phase' };
    });
  });
  for (const name of volumes) await cluster.remove({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } });
  // Last: while it is there, whoever looks knows that this is, or was to be, a replica.
  for (const object of marks) await cluster.remove(object);
  return true;
}

/** Volumes that the namespaces' claims hold and that would stay behind them. */
async function volumesOf({ core }: Cluster, namespaces: ReadonlySet<string>): Promise<string[]> {
  const { items } = await core.listPersistentVolume();
  return items
    .filter(({ spec }) => namespaces.has(spec?.claimRef?.namespace ?? ''))
    .flatMap(({ metadata, spec }) =>
      spec?.persistentVolumeReclaimPolicy === 'Retain' && metadata?.name !== undefined ? [metadata.name] : [],
    );
}
