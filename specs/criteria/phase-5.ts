import type { CriterionRow } from './row.ts';

/** Cutover. */
export const phase5: readonly CriterionRow[] = [
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
];
