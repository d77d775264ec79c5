import { Unobservable } from '../../helpers/unobservable.ts';
import { branch, prepareRepository, type Version } from '../embedded/flux/repository.ts';
import { isGitRepository, isKustomization } from '../embedded/flux/stage.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { cacheDirectory, clusterReplicaHome, gitopsRepository } from '../home.ts';
import { type Patience, patiently, type Waiting } from './await-cluster.ts';
import { type Cluster, isMissing } from './cluster.ts';
import { pushRepository, serviceBehind } from './git-server.ts';
import { kindLabel } from './objects.ts';

/** Seconds. */
const reconciledWithin = 240;

/** Flux's own: it is there before a replica where Flux is, and stays there when the replica goes. */
export const fluxNamespace = 'flux-system';

const isNamespaceOfFlux = ({ kind, metadata }: KubeObject) => kind === 'Namespace' && metadata.name === fluxNamespace;

/**
 * What of the manifests a cluster can take: where it has Flux and the Git server that the manifests name, all but Flux's
 * namespace; elsewhere nothing of GitOps.
 */
export async function takenBy(
  cluster: Cluster,
  manifests: readonly KubeObject[],
  progress: (step: string) => void,
): Promise<KubeObject[]> {
  const others = manifests.filter((object) => !isNamespaceOfFlux(object));
  const lacking = await lackingOfGitOps(cluster, manifests);
  if (lacking === undefined) return others;
  progress(`the cluster has no ${lacking}: GitOps objects are left out, and what is said of them is not applicable`);
  return others.filter(({ metadata }) => metadata.namespace !== fluxNamespace);
}

async function lackingOfGitOps(cluster: Cluster, manifests: readonly KubeObject[]): Promise<string | undefined> {
  if (!(await fluxIsThere(cluster))) return 'Flux';
  const { namespace, service } = serviceBehind(urlOf(manifests));
  try {
    await cluster.core.readNamespacedService({ namespace, name: service });
    return undefined;
  } catch (error) {
    if (isMissing(error)) return `Git server (Service ${namespace}/${service}) for its Flux`;
    throw error;
  }
}

function urlOf(objects: readonly KubeObject[]): string {
  return String(objects.find(isGitRepository)?.spec?.url);
}

/** Whether Flux's own controllers act on it. */
export function isGitOps(object: KubeObject): boolean {
  return isKustomization(object) || isGitRepository(object);
}

export interface GitOps {
  /** As they are in the end: a Kustomization may be suspended. */
  readonly objects: readonly KubeObject[];
  /** A repository of what runs, which changes nothing when it is applied. */
  readonly asItRuns: readonly Version[];
  /** What the repository holds in the end: what was scaled down by hand has its replicas there. */
  readonly versions: readonly Version[];
}

/**
 * Puts what runs under Flux: pushes it, applies Flux's own objects and waits until each has been reconciled. Only then are
 * those suspended that are to be, as an operator does: one that was never reconciled has no inventory. The repository's
 * bare copy stays in the replica's home.
 */
export async function putUnderFlux(
  cluster: Cluster,
  { objects, asItRuns, versions }: GitOps,
  patience: Patience,
): Promise<void> {
  await pushed(cluster, asItRuns, urlOf(objects), patience, async () => {
    for (const object of objects) await cluster.apply(resumed(object));
  });
  await pushed(cluster, versions, urlOf(objects), patience, async () => {
    for (const object of objects.filter(({ spec }) => spec?.suspend === true)) await cluster.apply(object);
  });
}

/** Pushes, changes Flux's objects, and waits until each Kustomization that is not suspended has applied what was pushed. */
async function pushed(
  cluster: Cluster,
  versions: readonly Version[],
  url: string,
  patience: Patience,
  change: () => Promise<void>,
): Promise<void> {
  const gitdir = gitopsRepository(clusterReplicaHome);
  const commit = await prepareRepository(gitdir, versions, cacheDirectory);
  await change();
  await pushRepository(cluster.target, gitdir, url);
  const revision = `${branch}@sha1:${commit}`;
  const done = new Set<string>();
  await patiently('Flux to reconcile', reconciledWithin, patience, async () => {
    const all = await cluster.list('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', kindLabel);
    // Once is enough: it goes on to reconcile each, and says of it meanwhile that it is not Ready.
    for (const one of all)
      if (one.spec?.suspend === true || unreconciled(one, revision) === undefined) done.add(one.metadata.name);
    return all.filter(({ metadata: { name } }) => !done.has(name)).flatMap((one) => unreconciled(one, revision) ?? []);
  });
}

function resumed(object: KubeObject): KubeObject {
  return isKustomization(object) ? { ...object, spec: { ...object.spec, suspend: false } } : object;
}

function unreconciled({ metadata: { name }, status }: KubeObject, revision: string): Waiting | undefined {
  const { lastAppliedRevision: applied, conditions = [] } = (status ?? {}) as FluxStatus;
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True' && applied === revision) return undefined;
  return { name, why: ready?.message ?? `applied ${applied ?? 'nothing'}` };
}

interface FluxStatus {
  readonly lastAppliedRevision?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** The manifests' GitOps objects that somebody else's Flux has under the same names: `Kustomization flux-system`. */
export async function foreignGitOps(cluster: Cluster, manifests: readonly KubeObject[]): Promise<string[]> {
  const ours = manifests.filter(({ kind, metadata }) => metadata.namespace === fluxNamespace && kind !== 'Namespace');
  const kinds = new Map(ours.map(({ apiVersion, kind }) => [kind, apiVersion]));
  const lists = await Promise.all(
    [...kinds].map(([kind, apiVersion]) => cluster.list(apiVersion, kind, `!${kindLabel}`)),
  );
  return lists
    .flat()
    .filter(({ kind, metadata: { namespace, name } }) =>
      ours.some((own) => own.kind === kind && own.metadata.namespace === namespace && own.metadata.name === name),
    )
    .map(({ kind, metadata: { name } }) => `${kind} ${name}`);
}

async function fluxIsThere({ target }: Cluster): Promise<boolean> {
  try {
    await target.kube.get('/apis/kustomize.toolkit.fluxcd.io/v1');
    return true;
  } catch (error) {
    if (error instanceof Unobservable && error.kind === 'unsupported') return false;
    throw error;
  }
}
