import { Unobservable } from '../../helpers/unobservable.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import type { Cluster } from './cluster.ts';
import { kindLabel } from './objects.ts';

/** Flux's own: it is there before a replica where Flux is, and stays there when the replica goes. */
export const fluxNamespace = 'flux-system';

const isNamespaceOfFlux = ({ kind, metadata }: KubeObject) => kind === 'Namespace' && metadata.name === fluxNamespace;

/** What of the manifests a cluster can take: where it has Flux, all but Flux's namespace; elsewhere nothing of GitOps. */
export async function takenBy(
  cluster: Cluster,
  manifests: readonly KubeObject[],
  progress: (step: string) => void,
): Promise<KubeObject[]> {
  const others = manifests.filter((object) => !isNamespaceOfFlux(object));
  if (await fluxIsThere(cluster)) return others;
  progress('the cluster has no Flux: its objects are left out, and what is said of GitOps is not applicable');
  return others.filter(({ metadata }) => metadata.namespace !== fluxNamespace);
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
