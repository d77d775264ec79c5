import type { Migration } from '../config/schema.ts';
import type { Connections } from './connections.ts';
import { type AccountingObservations, accountingObservations } from './observe/accounting.ts';
import { type AgreementObservations, agreementObservations } from './observe/agreement.ts';
import { type AlertObservations, alertObservations } from './observe/alerts.ts';
import { type BackupObservations, type BackupSurroundings, backupObservations } from './observe/backups.ts';
import { type ContinuityObservations, continuityObservations } from './observe/continuity.ts';
import { type GitopsObservations, gitopsObservations } from './observe/gitops.ts';
import { type NewSystemObservations, newSystemObservations } from './observe/new-system.ts';
import { type OldSystemObservations, oldSystemObservations } from './observe/old-system.ts';
import { type ResourceObservations, resourceObservations } from './observe/resources.ts';

/** What a spec can observe, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface Observations
  extends AccountingObservations,
    AgreementObservations,
    AlertObservations,
    BackupObservations,
    ContinuityObservations,
    GitopsObservations,
    NewSystemObservations,
    OldSystemObservations,
    ResourceObservations {}

export function observations(
  migration: Migration,
  connections: Connections,
  surroundings: BackupSurroundings,
): Observations {
  return {
    ...accountingObservations(migration, connections),
    ...agreementObservations(migration, connections),
    ...alertObservations(migration, connections, surroundings.env),
    ...backupObservations(migration, connections, surroundings),
    ...continuityObservations(migration, connections),
    ...gitopsObservations(migration, connections),
    ...newSystemObservations(migration, connections),
    ...oldSystemObservations(migration, connections),
    ...resourceObservations(migration, connections),
  };
}
