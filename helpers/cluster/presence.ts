import { ifExists } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import type { NamespaceState, Presence } from './observed.ts';
import { iso } from './pods.ts';

/** No value crosses the wire: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only */
const metadataOnly = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };

/** Whether a Secret is there, by its name alone. Throws `Unobservable`. */
export async function observeSecret(
  { kube }: Pick<Target, 'kube'>,
  { namespace, name }: Pick<Presence, 'namespace' | 'name'>,
): Promise<Presence> {
  const found = await ifExists(kube.get(`/api/v1/namespaces/${namespace}/secrets/${name}`, { headers: metadataOnly }));
  return { kind: 'Secret', namespace, name, exists: found !== undefined };
}

/** The ConfigMaps of a namespace by name, or of all namespaces. Throws `Unobservable`. */
export async function observeConfigMaps({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<Presence[]> {
  const { items } = await kube.core.listNamespacedConfigMap({ namespace });
  return items.map(({ metadata }) => ({ kind: 'ConfigMap', namespace, name: metadata?.name ?? '', exists: true }));
}

/** Whether a namespace is there, and while it terminates what it still waits for. Throws `Unobservable`. */
export async function observeNamespace({ kube }: Pick<Target, 'kube'>, name: string): Promise<NamespaceState> {
  const namespace = await ifExists(kube.core.readNamespace({ name }));
  if (namespace === undefined) return { name, exists: false, finalizers: [], remaining: [] };
  const { metadata, spec, status } = namespace;
  const terminatingSince = iso(metadata?.deletionTimestamp);
  const said = (type: string) =>
    (status?.conditions ?? []).flatMap((each) =>
      each.type === type && each.status === 'True' && each.message !== undefined ? [each.message] : [],
    );
  return {
    name,
    exists: true,
    ...(metadata?.uid === undefined ? {} : { uid: metadata.uid }),
    ...(terminatingSince === undefined ? {} : { terminatingSince }),
    finalizers: [...(metadata?.finalizers ?? []), ...(spec?.finalizers ?? [])],
    // The failures first: an API that does not answer holds a namespace as much as what is left in it.
    remaining: [
      'NamespaceDeletionDiscoveryFailure',
      'NamespaceDeletionGroupVersionParsingFailure',
      'NamespaceDeletionContentFailure',
      'NamespaceContentRemaining',
      'NamespaceFinalizersRemaining',
    ].flatMap(said),
  };
}
