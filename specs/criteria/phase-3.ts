import { phase1 } from './phase-1.ts';
import type { CriterionRow } from './row.ts';

/** Both systems run beside each other and agree. */
export const phase3: readonly CriterionRow[] = [
  {
    id: 'P3.health',
    statement: 'everything that phase 1 asks of the new system holds, now',
    plan: '3.3',
    gates: true,
    parts: phase1.map(({ id }) => id),
  },
];
