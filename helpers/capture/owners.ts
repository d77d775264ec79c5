import parse from 'parse-duration';
import { z } from 'zod';
import type { Owner } from '../cluster/observed.ts';
import { ifExists } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';

/** A Kustomization as far as an undo has to know it. */
export interface OwnerState extends Owner {
  readonly suspended: boolean;
  readonly prune: boolean;
  readonly intervalSeconds: number;
  readonly revision?: string;
}

const kustomization = z.object({
  spec: z.object({ suspend: z.boolean().default(false), prune: z.boolean(), interval: z.string() }),
  status: z.object({ lastAppliedRevision: z.string().optional() }).optional(),
});

/** One Kustomization; undefined when there is none of that name. Throws `Unobservable`. */
export async function observeOwner(
  { kube }: Pick<Target, 'kube'>,
  { namespace, name }: Owner,
): Promise<OwnerState | undefined> {
  const object = await ifExists(
    kube.custom.getNamespacedCustomObject({
      group: 'kustomize.toolkit.fluxcd.io',
      version: 'v1',
      namespace,
      plural: 'kustomizations',
      name,
    }),
  );
  if (object === undefined) return undefined;
  const read = kustomization.safeParse(object);
  if (!read.success)
    throw new Unobservable('unsupported', `Kustomization ${namespace}/${name}: ${z.prettifyError(read.error)}`);
  const { spec, status } = read.data;
  return {
    namespace,
    name,
    suspended: spec.suspend,
    prune: spec.prune,
    intervalSeconds: parse(spec.interval, 's') ?? 0,
    ...(status?.lastAppliedRevision === undefined ? {} : { revision: status.lastAppliedRevision }),
  };
}
