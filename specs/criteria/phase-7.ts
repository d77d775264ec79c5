import { phase1 } from './phase-1.ts';
import type { CriterionRow } from './row.ts';

/** Observation. */
export const phase7: readonly CriterionRow[] = [
  {
    id: 'P7.health',
    statement: 'everything that phase 1 asks of the new system holds, now',
    plan: '7.1',
    gates: true,
    parts: phase1.map(({ id }) => id),
  },
];
