import type { Migration } from '../../helpers/config/schema.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { TargetConfigError } from '../../helpers/target/kubeconfig.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import type { Cluster } from './cluster.ts';
import { fluxNamespace, foreignGitOps } from './flux.ts';
import { kindLabel } from './objects.ts';

/** The cluster is not one that a replica may be raised on. Exit code 64. */
class NotScratch extends Error {
  override readonly name = 'NotScratch';
}

/**
 * Throws `NotScratch` unless the cluster is one to experiment with: no live target of migration.yaml names it, none of
 * the namespaces that the configuration or the manifests speak of holds anything of somebody else's, nor do GitOps
 * objects bear the manifests' names, and it can hold data. Reads only.
 */
export async function refuseUnlessScratch(
  cluster: Cluster,
  migration: Migration,
  manifests: readonly KubeObject[],
): Promise<void> {
  await refuseLive(cluster, migration);
  await refuseForeignNamespaces(cluster, migration, manifests);
  await refuseForeignGitOps(cluster, manifests);
  await refuseWithoutStorage(cluster);
}

/** By address, context and the UID of kube-system: one cluster may be reached by several names. */
async function refuseLive({ target, core }: Cluster, migration: Migration): Promise<void> {
  const uid = (await core.readNamespace({ name: 'kube-system' })).metadata?.uid;
  for (const [name, config] of Object.entries(migration.targets)) {
    if (config.kind !== 'live') continue;
    const live = await liveCluster(name, config);
    const same = live !== undefined && (live.server === target.server || (uid !== undefined && live.uid === uid));
    if (same || config.context === target.context)
      throw new NotScratch(
        `${target.server} (context ${target.context}) is the cluster of the target ${name} in migration.yaml, which is live: no replica is raised on it`,
      );
  }
}

/** What is known of a live target here: nothing without a kubeconfig for it, its address alone when it does not answer. */
async function liveCluster(
  name: string,
  config: Migration['targets'][string],
): Promise<{ readonly server: string; readonly uid?: string | undefined } | undefined> {
  try {
    const live = await connectTarget(config, name, { env: process.env, connectDeadlineSeconds: 3 });
    try {
      const { metadata } = await live.kube.core.readNamespace({ name: 'kube-system' });
      return { server: live.server, uid: metadata?.uid };
    } catch (error) {
      if (!(error instanceof Unobservable)) throw error;
      return { server: live.server };
    } finally {
      await live.close();
    }
  } catch (error) {
    if (error instanceof TargetConfigError) return undefined;
    throw error;
  }
}

async function refuseForeignNamespaces(
  { core, target }: Cluster,
  migration: Migration,
  manifests: readonly KubeObject[],
): Promise<void> {
  const wanted = new Set([...configuredNamespaces(migration), ...manifestNamespaces(manifests)]);
  const { items } = await core.listNamespace();
  const foreign = items.filter(
    ({ metadata }) => wanted.has(metadata?.name ?? '') && metadata?.labels?.[kindLabel] === undefined,
  );
  if (foreign.length === 0) return;
  const names = foreign.map(({ metadata }) => metadata?.name).join(', ');
  throw new NotScratch(
    `${target.server} has namespaces that no replica made (${names}): nothing is touched there. Name a scratch cluster, or remove them yourself if they are of no use.`,
  );
}

/** `flux bootstrap` makes objects of the manifests' names: to take them over would take the cluster from its Git repository. */
async function refuseForeignGitOps(cluster: Cluster, manifests: readonly KubeObject[]): Promise<void> {
  const foreign = await foreignGitOps(cluster, manifests);
  if (foreign.length === 0) return;
  throw new NotScratch(
    `${cluster.target.server} has GitOps objects in ${fluxNamespace} that no replica made (${foreign.join(', ')}): nothing is touched there. Name a scratch cluster, or remove them yourself if they are of no use.`,
  );
}

function configuredNamespaces({ new: fresh, old }: Migration): string[] {
  return [
    ...[...fresh.workloads, ...old.workloads, ...Object.values(fresh.connect), ...Object.values(fresh.databases)].map(
      ({ namespace }) => namespace,
    ),
    fresh.mqtt.namespace,
    fresh.kafka.namespace,
    old.database.namespace,
    ...old.namespaces,
    ...old.dataNamespaces,
  ];
}

/** Flux's own namespace is there before the replica where Flux is. */
function manifestNamespaces(manifests: readonly KubeObject[]): string[] {
  return manifests.flatMap(({ kind, metadata }) =>
    kind === 'Namespace' && metadata.name !== fluxNamespace ? [metadata.name] : [],
  );
}

async function refuseWithoutStorage({ storage, target }: Cluster): Promise<void> {
  const isDefault = 'storageclass.kubernetes.io/is-default-class';
  const { items } = await storage.listStorageClass();
  if (items.some(({ metadata }) => metadata?.annotations?.[isDefault] === 'true')) return;
  const found = items.map(({ metadata }) => metadata?.name).join(', ') || 'none';
  throw new NotScratch(
    `${target.server} has no default StorageClass (it has: ${found}), and the databases need volumes: annotate one with ${isDefault}=true`,
  );
}
