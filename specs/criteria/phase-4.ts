import { phase1 } from './phase-1.ts';
import type { CriterionRow } from './row.ts';

/** Ready for cutover. */
export const phase4: readonly CriterionRow[] = [
  {
    id: 'P4.health',
    statement: 'everything that phase 1 asks of the new system holds, now',
    plan: '4.1',
    gates: true,
    parts: phase1.map(({ id }) => id),
  },
  {
    id: 'P4.parallel',
    statement: 'phase 3 was GO, or the cutover without it is declared with a reason',
    plan: '4',
    gates: true,
  },
  {
    id: 'P4.backup',
    statement: 'a backup of the right old database exists, is younger than its limit, and is complete',
    plan: '4.2',
    gates: true,
  },
  {
    id: 'P4.restores',
    statement: 'that backup restores; tables, rows, time ranges and column checksums equal those recorded with it',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P4.state',
    statement: 'the state before the cutover is captured, whole, young and as the cluster is: enough to undo from',
    plan: '4.3',
    gates: true,
  },
  {
    id: 'P4.rollback-ready',
    statement: 'what a rollback needs is there: old workloads, their images, Secrets, ConfigMaps and volumes',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P4.no-live-consumer',
    statement: 'nothing outside the old system still reads it, or each consumer is declared with what becomes of it',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P4.flux',
    statement: 'Flux will not undo the cutover: each owner is suspended, or Git says replicas 0 or leaves them out',
    plan: 'new',
    gates: true,
  },
];
