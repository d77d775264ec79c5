import type { CriterionRow } from './row.ts';

/** Before anything is deleted. */
export const readyPhase8: readonly CriterionRow[] = [
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
