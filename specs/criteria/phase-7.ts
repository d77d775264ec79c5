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
    id: 'P7.days',
    statement: 'on as many days since the cutover as the plan asks for, every other gating criterion of the phase held',
    plan: '7.2',
    gates: true,
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
    id: 'P7.resources',
    statement: 'by its trend no container reaches its memory limit within the declared days',
    plan: '7.1',
    gates: false,
  },
  {
    id: 'P7.volumes',
    statement: 'by its trend no database fills its volume within the declared days',
    plan: '7.1',
    gates: false,
  },
  {
    id: 'P7.retention',
    statement: 'each table reaches back as far as its policy keeps rows, and no further than it may',
    plan: '7.2',
    gates: true,
  },
  {
    id: 'P7.logs-clean',
    statement: 'the new system’s logs have held no more errors since the cutover than the budget of those days allows',
    plan: '7.2',
    gates: true,
  },
];
