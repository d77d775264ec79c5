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
  {
    id: 'P7.continuity',
    statement: 'no stream has a gap longer than its limit since the cutover',
    plan: '7.2',
    gates: true,
  },
  {
    id: 'P7.growth',
    statement: 'each stream stores as many rows as are due, every day since the cutover',
    plan: '7.1',
    gates: true,
  },
  {
    id: 'P7.retention',
    statement: 'each table reaches back as far as its policy keeps rows, and no further than it may',
    plan: '7.2',
    gates: true,
  },
];
