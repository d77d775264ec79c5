import type { V1Deployment, V1ObjectMeta, V1Pod, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node';
import type { WorkloadRef } from '../config/schema.ts';
import { nearNames } from '../near-names.ts';
import type { ReadOnlyKube } from '../target/kube.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import type { WorkloadState } from './observed.ts';
import { iso, podState } from './pods.ts';

type Ref = Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>;

/** Everything of one namespace that tells about workloads: four lists, however many pods there are. */
interface Namespace {
  readonly deployments: readonly V1Deployment[];
  readonly statefulSets: readonly V1StatefulSet[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly pods: readonly V1Pod[];
}

/**
 * The workloads that `refs` name, in their order, each with the pods that it owns (terminating and evicted ones too).
 * One that does not exist is plain data: `exists: false`, and in `foundInstead` what stands in its namespace or in
 * another under that name or a near one. Throws `Unobservable` when a namespace cannot be listed.
 */
export async function observeWorkloads({ kube }: Pick<Target, 'kube'>, refs: readonly Ref[]): Promise<WorkloadState[]> {
  const names = [...new Set(refs.map(({ namespace }) => namespace))];
  const listed = await Promise.all(names.map(async (name) => [name, await list(kube, name)] as const));
  const namespaces = new Map(listed);
  return Promise.all(
    refs.map(async (ref) => {
      const namespace = namespaces.get(ref.namespace);
      const found = namespace && find(namespace, ref);
      return namespace === undefined || found === undefined
        ? missing(ref, await alternatives(kube, namespaces, ref))
        : workloadState(ref, found, namespace);
    }),
  );
}

async function list(kube: ReadOnlyKube, namespace: string): Promise<Namespace> {
  const [deployments, statefulSets, replicaSets, pods] = await Promise.all([
    kube.apps.listNamespacedDeployment({ namespace }),
    kube.apps.listNamespacedStatefulSet({ namespace }),
    kube.apps.listNamespacedReplicaSet({ namespace }),
    kube.core.listNamespacedPod({ namespace }),
  ]);
  return {
    deployments: deployments.items,
    statefulSets: statefulSets.items,
    replicaSets: replicaSets.items,
    pods: pods.items,
  };
}

function find(namespace: Namespace, ref: Ref): V1Deployment | V1StatefulSet | undefined {
  const candidates = ref.kind === 'Deployment' ? namespace.deployments : namespace.statefulSets;
  return candidates.find(({ metadata }) => metadata?.name === ref.name);
}

function workloadState(ref: Ref, workload: V1Deployment | V1StatefulSet, namespace: Namespace): WorkloadState {
  const createdAt = iso(workload.metadata?.creationTimestamp);
  return {
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    exists: true,
    foundInstead: [],
    replicasDesired: workload.spec?.replicas ?? 1,
    replicasReady: workload.status?.readyReplicas ?? 0,
    ...(createdAt === undefined ? {} : { createdAt }),
    pods: ownedPods(workload.metadata, namespace).map(podState),
  };
}

/** A StatefulSet owns its pods, a Deployment owns ReplicaSets that do. Labels may overlap, owners do not. */
function ownedPods(owner: V1ObjectMeta | undefined, namespace: Namespace): V1Pod[] {
  const replicaSets = namespace.replicaSets.filter(({ metadata }) => isOwnedBy(metadata, [owner?.uid]));
  const owners = [owner?.uid, ...replicaSets.map(({ metadata }) => metadata?.uid)];
  return namespace.pods.filter(({ metadata }) => isOwnedBy(metadata, owners));
}

function isOwnedBy(metadata: V1ObjectMeta | undefined, uids: readonly (string | undefined)[]): boolean {
  return metadata?.ownerReferences?.some(({ uid, controller }) => controller === true && uids.includes(uid)) ?? false;
}

function missing(ref: Ref, foundInstead: readonly string[]): WorkloadState {
  const { kind, namespace, name } = ref;
  return { kind, namespace, name, exists: false, foundInstead, replicasDesired: 0, replicasReady: 0, pods: [] };
}

/** In words: `Deployment timescaledb/redpanda-connect`. Its own namespace first. */
async function alternatives(kube: ReadOnlyKube, known: ReadonlyMap<string, Namespace>, ref: Ref): Promise<string[]> {
  const everything = await listEverywhere(kube, known);
  const elsewhere = everything.filter(({ namespace }) => namespace !== ref.namespace);
  const here = everything.filter(({ namespace }) => namespace === ref.namespace);
  return [...near(here, ref), ...near(elsewhere, ref)];
}

interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function near(candidates: readonly Named[], ref: Ref): string[] {
  const names = nearNames(
    ref.name,
    candidates.map(({ name }) => name),
  );
  return names
    .flatMap((name) => candidates.filter((candidate) => candidate.name === name))
    .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
}

/** All workloads that may be seen. The Roles of an operator may well end at the configured namespaces. */
async function listEverywhere(kube: ReadOnlyKube, known: ReadonlyMap<string, Namespace>): Promise<Named[]> {
  try {
    const [deployments, statefulSets] = await Promise.all([
      kube.apps.listDeploymentForAllNamespaces(),
      kube.apps.listStatefulSetForAllNamespaces(),
    ]);
    return [...named('Deployment', deployments.items), ...named('StatefulSet', statefulSets.items)];
  } catch (error) {
    if (!(error instanceof Unobservable) || error.kind !== 'forbidden') throw error;
    return [...known.values()].flatMap(({ deployments, statefulSets }) => [
      ...named('Deployment', deployments),
      ...named('StatefulSet', statefulSets),
    ]);
  }
}

function named(kind: string, items: readonly { metadata?: V1ObjectMeta }[]): Named[] {
  return items.map(({ metadata }) => ({ kind, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' }));
}
