import type { CriterionRow } from './row.ts';

/** The old system is back. */
export const rollback: readonly CriterionRow[] = [
  {
    id: 'R.old-runs',
    statement: 'the old workloads are ready at the replicas of the captured state',
    plan: 'rollback 1',
    gates: true,
  },
  {
    id: 'R.old-flows',
    statement: 'old topics and tables receive data again',
    plan: 'rollback 3',
    gates: true,
  },
  {
    id: 'R.new-stopped',
    statement: 'the new bridge and sinks are down, if the rollback chose so',
    plan: 'rollback 2',
    gates: true,
  },
  {
    id: 'R.flux',
    statement: 'Flux will not undo the rollback',
    plan: 'new',
    gates: true,
  },
  {
    id: 'R.gap',
    statement: 'what either system missed between cutover and rollback is measured and listed',
    plan: 'new',
    gates: true,
  },
  {
    id: 'R.restored',
    statement:
      'what was deleted and restored is back: namespaces, Kustomizations, and the old database as its backup holds it',
    plan: 'after cleanup',
    gates: true,
  },
];
