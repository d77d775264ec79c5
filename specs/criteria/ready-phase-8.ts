import type { CriterionRow } from './row.ts';

/** Before anything is deleted. */
export const readyPhase8: readonly CriterionRow[] = [
  {
    id: 'P8.final-backup',
    statement: 'a complete backup that restores was taken after the last row of the old system',
    plan: '8.1',
    gates: true,
  },
];
