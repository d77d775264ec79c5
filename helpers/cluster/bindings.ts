import type { Target } from '../target/target.ts';
import type { BindingState } from './observed.ts';

/** Every ClusterRoleBinding. Throws `Unobservable` when they cannot be listed. */
export async function observeBindings({ kube }: Pick<Target, 'kube'>): Promise<BindingState[]> {
  const { body } = await kube.get('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings');
  const { items } = JSON.parse(body) as { items: readonly Binding[] };
  return items.map(({ metadata, subjects = [] }) => ({
    name: metadata.name,
    namespaces: [...new Set(subjects.flatMap(({ namespace }) => namespace ?? []))],
  }));
}

interface Binding {
  readonly metadata: { readonly name: string };
  readonly subjects?: readonly { readonly namespace?: string }[];
}
