import type { Migration } from '../config/schema.ts';
import type { Connections } from './connections.ts';
import { type GitopsObservations, gitopsObservations } from './observe/gitops.ts';
import { type NewSystemObservations, newSystemObservations } from './observe/new-system.ts';
import { type ResourceObservations, resourceObservations } from './observe/resources.ts';

/** What a spec can observe, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface Observations extends NewSystemObservations, ResourceObservations, GitopsObservations {}

export function observations(migration: Migration, connections: Connections): Observations {
  return {
    ...newSystemObservations(migration, connections),
    ...resourceObservations(migration, connections),
    ...gitopsObservations(migration, connections),
  };
}
