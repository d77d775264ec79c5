import type { Migration } from '../config/schema.ts';
import type { Connections } from './connections.ts';
import { type NewSystemObservations, newSystemObservations } from './observe/new-system.ts';
import { type OldSystemObservations, oldSystemObservations } from './observe/old-system.ts';
import { type ResourceObservations, resourceObservations } from './observe/resources.ts';

/** What a spec can observe, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface Observations extends NewSystemObservations, OldSystemObservations, ResourceObservations {}

export function observations(migration: Migration, connections: Connections): Observations {
  return {
    ...newSystemObservations(migration, connections),
    ...oldSystemObservations(migration, connections),
    ...resourceObservations(migration, connections),
  };
}
