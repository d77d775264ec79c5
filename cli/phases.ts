import type { ReplicaState } from '../replica/home.ts';

/** A phase of the plan as `verify` knows it. */
export interface Phase {
  readonly id: string;
  readonly title: string;
  /** The state in which a replica of verify's own is started: where the plan would be once the phase is done. */
  readonly replicaState: ReplicaState;
  /** Whether its criteria read the ledger: a replica's past then includes one. */
  readonly readsLedger: boolean;
  /** Whether they judge a backup: a replica that verify starts for itself then has one. */
  readonly readsBackup: boolean;
}

export const phases: readonly Phase[] = [
  {
    id: 'phase1',
    title: 'The new system is healthy',
    replicaState: 'before-phase5',
    readsLedger: false,
    readsBackup: false,
  },
  {
    id: 'phase2',
    title: 'The old resources are known',
    replicaState: 'before-phase5',
    readsLedger: false,
    readsBackup: false,
  },
  { id: 'phase3', title: 'Parallel operation', replicaState: 'before-phase5', readsLedger: true, readsBackup: false },
  { id: 'phase4', title: 'Ready for cutover', replicaState: 'before-phase5', readsLedger: true, readsBackup: true },
  { id: 'phase5', title: 'Cutover', replicaState: 'after-phase5', readsLedger: true, readsBackup: false },
  { id: 'phase6', title: 'GitOps', replicaState: 'after-phase6', readsLedger: true, readsBackup: false },
  { id: 'phase7', title: 'Observation', replicaState: 'after-phase7', readsLedger: true, readsBackup: false },
  {
    id: 'ready-phase8',
    title: 'Ready for cleanup',
    replicaState: 'after-phase7',
    readsLedger: true,
    readsBackup: true,
  },
  { id: 'phase8', title: 'Cleanup', replicaState: 'after-phase8', readsLedger: true, readsBackup: false },
  {
    id: 'rollback',
    title: 'The old system is back',
    replicaState: 'rolled-back',
    readsLedger: true,
    readsBackup: false,
  },
  {
    id: 'complete',
    title: 'The migration is complete',
    replicaState: 'after-phase8',
    readsLedger: true,
    readsBackup: true,
  },
  {
    id: 'post',
    title: 'What is left for afterwards',
    replicaState: 'after-phase8',
    readsLedger: true,
    readsBackup: false,
  },
];
