import type { Target } from '../target/target.ts';

/**
 * What tells one cluster from another, whatever its address and context are called: the UID of the namespace
 * kube-system, which lives as long as the cluster. Throws `Unobservable`.
 */
export async function observeClusterId({ kube }: Pick<Target, 'kube'>): Promise<string> {
  const { metadata } = await kube.core.readNamespace({ name: 'kube-system' });
  return metadata?.uid ?? '';
}
