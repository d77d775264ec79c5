import type { Migration } from '../config/schema.ts';
import type { Connections } from './connections.ts';
import { type NewSystemObservations, newSystemObservations } from './observe/new-system.ts';

/** What a spec can observe, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface Observations extends NewSystemObservations {}

export function observations(migration: Migration, connections: Connections): Observations {
  return { ...newSystemObservations(migration, connections) };
}
