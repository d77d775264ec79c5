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
];
