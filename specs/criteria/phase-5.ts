import type { CriterionRow } from './row.ts';

/** Cutover. */
export const phase5: readonly CriterionRow[] = [
  {
    id: 'P5.scaled-down',
    statement: 'each old workload is scaled to 0 and has no pod left',
    plan: '5.1',
    gates: true,
  },
  {
    id: 'P5.stays-down',
    statement:
      'the old workloads stay down during the whole watch, which spans a reconcile of their owner unless that is suspended',
    plan: '5.2',
    gates: true,
  },
  {
    id: 'P5.no-old-writer',
    statement: 'old topics and old tables do not grow, and old groups have no member',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P5.streams',
    statement: 'every stream is active and connected at every look of the watch',
    plan: '5.2',
    gates: true,
  },
  {
    id: 'P5.flow',
    statement: 'every stream flows: no pause longer than its limit, a rate as before the cutover',
    plan: '5.2, 5.3',
    gates: true,
  },
  {
    id: 'P5.no-loss',
    statement: 'records in Kafka and distinct rows in the database agree, from the state capture to now',
    plan: '5.3',
    gates: true,
  },
  {
    id: 'P5.logs-clean',
    statement: 'no error-level entry in any container of the new system during the watch',
    plan: '5.2',
    gates: true,
  },
  {
    id: 'P5.restarts',
    statement: 'no container of the new system restarted during the watch',
    plan: '5.2',
    gates: true,
  },
  {
    id: 'P5.rollback-ready',
    statement: 'what a rollback needs is still there',
    plan: '5.3',
    gates: true,
  },
];
