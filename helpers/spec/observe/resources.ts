import { observeClaims } from '../../cluster/claims.ts';
import { observeMemory } from '../../cluster/memory.ts';
import type { ContainerMemory } from '../../cluster/observed.ts';
import { quantity } from '../../cluster/usage.ts';
import { observeWorkloads } from '../../cluster/workloads.ts';
import type { Migration } from '../../config/schema.ts';
import type { DatabaseSize } from '../../database/observed.ts';
import { observeSize } from '../../database/size.ts';
import type { Sightings } from '../../judge/verdict.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';

/** What the new system uses of what it has. */
export interface ResourceObservations {
  memory(): Promise<Sightings<ContainerMemory>>;
  sizes(): Promise<Sightings<DatabaseSize>>;
}

export function resourceObservations(migration: Migration, connections: Connections): ResourceObservations {
  const { workloads, databases } = migration.new;
  return {
    memory: () =>
      sight(
        workloads,
        ({ namespace, name }) => `memory of ${namespace}/${name}`,
        async (ref) => {
          const target = await connections.target();
          const states = await observeWorkloads(target, [ref]);
          return (await Promise.all(states.map((state) => observeMemory(target, state)))).flat();
        },
      ),
    sizes: () =>
      sight(
        Object.entries(databases),
        ([name]) => `database ${name}`,
        async ([name, { namespace, claim }]) => {
          const sizeBytes = await observeSize(await connections.database(name));
          if (claim === undefined) return { database: name, sizeBytes };
          return { database: name, sizeBytes, capacityBytes: await capacityOf(namespace, claim) };
        },
      ),
  };

  async function capacityOf(namespace: string, claim: string): Promise<number> {
    const claims = await observeClaims(await connections.target(), namespace);
    const capacity = claims.find(({ name }) => name === claim)?.capacity;
    if (capacity !== undefined) return quantity(capacity);
    throw new Unobservable(
      'unsupported',
      `PersistentVolumeClaim ${namespace}/${claim}: it does not exist, or has no capacity`,
      {
        hint: `new.databases in migration.yaml names it; kubectl get pvc -n ${namespace} shows what there is`,
      },
    );
  }
}
