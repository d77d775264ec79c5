import type { CriterionRow } from './row.ts';

/** The old system is back. */
export const rollback: readonly CriterionRow[] = [
  {
    id: 'R.flux',
    statement: 'Flux will not undo the rollback',
    plan: 'new',
    gates: true,
  },
];
