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
  {
    id: 'P3.logs-clean',
    statement: 'the new system’s logs hold no more errors than the budget allows, since the last daily run',
    plan: '3.3',
    gates: true,
  },
  {
    id: 'P3.resources',
    statement: 'by its trend no container reaches its memory limit within the declared days',
    plan: '3.3',
    gates: false,
  },
  {
    id: 'P3.disk',
    statement: 'by its trend no database fills its volume within the declared days',
    plan: '3.3',
    gates: false,
  },
  {
    id: 'P3.days',
    statement: 'on as many days as the plan asks for, every other gating criterion of the phase held',
    plan: '3',
    gates: true,
  },
  {
    id: 'P3.both-run',
    statement: 'every workload of both systems is ready',
    plan: '3.1',
    gates: true,
  },
];
