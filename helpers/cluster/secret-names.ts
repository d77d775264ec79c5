import type { Target } from '../target/target.ts';

/**
 * No value crosses the wire: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only. No other form is
 * taken in its place: a server that cannot leave the values out answers 406.
 */
const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** The names of a namespace's Secrets, in order. Throws `Unobservable`. */
export async function observeSecretNames({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<string[]> {
  const { body } = await kube.get(`/api/v1/namespaces/${namespace}/secrets`, { headers: { accept } });
  // An API server writes a list of metadata that is empty as null, unlike every other list.
  const { items } = JSON.parse(body) as { items: readonly { metadata: { name: string } }[] | null };
  return (items ?? []).map(({ metadata }) => metadata.name).sort();
}
