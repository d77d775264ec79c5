import type { ReplicaState } from '../replica/home.ts';

/** What an embedded replica makes when it is asked to, by the path of its own API. */
export type MadeOnRequest = 'ledger' | 'backup';

const ledger = ['ledger'] as const;
const ledgerAndBackup = ['ledger', 'backup'] as const;

/** A phase of the plan as `verify` knows it. */
export interface Phase {
  readonly id: string;
  readonly title: string;
  /** The state in which a replica of verify's own is started: where the plan would be once the phase is done. */
  readonly replicaState: ReplicaState;
  /** What its criteria read beside the cluster, in the order in which a replica makes it: the ledger of its past, a backup. */
  readonly reads: readonly MadeOnRequest[];
}

export const phases: readonly Phase[] = [
  { id: 'phase1', title: 'The new system is healthy', replicaState: 'before-phase5', reads: [] },
  { id: 'phase2', title: 'The old resources are known', replicaState: 'before-phase5', reads: [] },
  { id: 'phase3', title: 'Parallel operation', replicaState: 'before-phase5', reads: ledger },
  { id: 'phase4', title: 'Ready for cutover', replicaState: 'before-phase5', reads: ledgerAndBackup },
  { id: 'phase5', title: 'Cutover', replicaState: 'after-phase5', reads: ledger },
  { id: 'phase6', title: 'GitOps', replicaState: 'after-phase6', reads: ledger },
  { id: 'phase7', title: 'Observation', replicaState: 'after-phase7', reads: ledger },
  { id: 'ready-phase8', title: 'Ready for cleanup', replicaState: 'after-phase7', reads: ledgerAndBackup },
  { id: 'phase8', title: 'Cleanup', replicaState: 'after-phase8', reads: ledger },
  { id: 'rollback', title: 'The old system is back', replicaState: 'rolled-back', reads: ledger },
  { id: 'complete', title: 'The migration is complete', replicaState: 'after-phase8', reads: ledgerAndBackup },
  { id: 'post', title: 'What is left for afterwards', replicaState: 'after-phase8', reads: ledger },
];
