import type { CriterionRow } from './row.ts';

/** Before anything is deleted. */
export const readyPhase8: readonly CriterionRow[] = [
  {
    id: 'P8.observed',
    statement: 'phase 7 was GO',
    plan: '8',
    gates: true,
  },
  {
    id: 'P8.final-backup',
    statement: 'a complete backup that restores was taken after the last row of the old system',
    plan: '8.1',
    gates: true,
  },
  {
    id: 'P8.no-consumer',
    statement: 'nothing outside the old system still reads it',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P8.data-safe',
    statement: 'what is to be kept lies on no volume that goes with its claim',
    plan: '8.2',
    gates: true,
  },
];
