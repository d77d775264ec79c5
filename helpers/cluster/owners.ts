import parse from 'parse-duration';
import { z } from 'zod';
import { ApiAnswer } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import type { Owner, OwnerState } from './observed.ts';

const kustomizations = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string() }),
      spec: z.object({ suspend: z.boolean().default(false), prune: z.boolean().default(false), interval: z.string() }),
      status: z.object({ lastAppliedRevision: z.string().optional() }).optional(),
    }),
  ),
});

/** The Kustomizations of a cluster that are asked for; none where it has no Flux. Throws `Unobservable`. */
export async function observeOwners({ kube }: Pick<Target, 'kube'>, wanted: readonly Owner[]): Promise<OwnerState[]> {
  const list = await listed({ kube });
  const read = kustomizations.safeParse(list ?? { items: [] });
  if (!read.success) throw new Unobservable('unsupported', `Kustomizations: ${z.prettifyError(read.error)}`);
  return read.data.items
    .map(({ metadata: { namespace, name }, spec, status }) => ({
      namespace,
      name,
      suspended: spec.suspend,
      prune: spec.prune,
      intervalSeconds: parse(spec.interval, 's') ?? 0,
      ...(status?.lastAppliedRevision === undefined ? {} : { revision: status.lastAppliedRevision }),
    }))
    .filter((owner) => wanted.some(({ namespace, name }) => owner.namespace === namespace && owner.name === name));
}

async function listed({ kube }: Pick<Target, 'kube'>): Promise<unknown> {
  const resource = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' };
  try {
    return await kube.custom.listClusterCustomObject(resource);
  } catch (error) {
    if (error instanceof Unobservable && error.kind === 'unsupported') return undefined;
    if (error instanceof ApiAnswer && error.status === 404) return undefined;
    throw error;
  }
}
