import { phase1 } from './phase-1.ts';
import type { CriterionRow } from './row.ts';

/** Cleanup. */
export const phase8: readonly CriterionRow[] = [
  {
    id: 'P8.directories-gone',
    statement: 'the directories of the old applications are gone from the repository',
    plan: '8.3',
    gates: true,
  },
  {
    id: 'P8.health',
    statement: 'everything that phase 1 asks of the new system holds, now',
    plan: '8',
    gates: true,
    parts: phase1.map(({ id }) => id),
  },
];
