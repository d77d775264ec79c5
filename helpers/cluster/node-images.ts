import type { Target } from '../target/target.ts';
import type { NodeImages } from './observed.ts';

/** A kubelet reports so many, the largest first, unless told otherwise: nodeStatusMaxImages of its configuration. */
const listedAtMost = 50;

/** The images on each node, by all their names. Throws `Unobservable` when nodes cannot be listed. */
export async function observeNodeImages({ kube }: Pick<Target, 'kube'>): Promise<NodeImages[]> {
  const { items } = await kube.core.listNode();
  return items.map(({ metadata, status }) => ({
    node: metadata?.name ?? '',
    images: (status?.images ?? []).flatMap(({ names }) => names ?? []),
    full: (status?.images ?? []).length >= listedAtMost,
  }));
}
