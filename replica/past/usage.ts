import type { ContainerMemory } from '../../helpers/cluster/observed.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { DatabaseSize } from '../../helpers/database/observed.ts';
import type { Sightings } from '../../helpers/judge/verdict.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';

export interface Usage {
  readonly memory: readonly ContainerMemory[];
  readonly sizes: readonly DatabaseSize[];
}

export interface Measured {
  readonly memory: Sightings<ContainerMemory>;
  readonly sizes: Sightings<DatabaseSize>;
}

/** A replica that has begun to serve a moment ago, on a busy machine, is not measured yet everywhere. */
const withinSeconds = 60;

/**
 * What all of the new system uses: what is missing now would be missing from every night of the past that is made of it,
 * and a trend would be too short. Of a replica that stays without some of it, what there is in the end.
 *
 * @param measure over connections of its own: one that could not be made is not tried again
 */
export async function usageOf(
  measure: () => Promise<Measured>,
  { new: { workloads } }: { readonly new: Pick<Migration['new'], 'workloads'> },
  within = withinSeconds,
): Promise<Usage> {
  let usage: Usage = { memory: [], sizes: [] };
  const look = async () => {
    const { memory, sizes } = await measure();
    usage = { memory: memory.seen, sizes: sizes.seen };
    const unmeasured = workloads.filter(
      (of) => !memory.seen.some(({ namespace, workload }) => namespace === of.namespace && workload === of.name),
    );
    const missing = [
      ...unmeasured.map(({ namespace, name }) => `memory of ${namespace}/${name}`),
      ...sizes.unseen.map(({ subject }) => subject),
    ];
    return missing.length === 0 ? seen(usage) : notYet(missing.join(', '));
  };
  const waiting = { for: 'all of the new system to be measured', within, every: 0.5 };
  return eventually(look, waiting).catch((error: unknown) => {
    if (error instanceof Unobservable) return usage;
    throw error;
  });
}
