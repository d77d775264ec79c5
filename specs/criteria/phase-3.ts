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
    id: 'P3.both-run',
    statement: 'every workload of both systems is ready',
    plan: '3.1',
    gates: true,
  },
  {
    id: 'P3.old-flows',
    statement: 'the old topics and tables still receive data',
    plan: '3.1',
    gates: true,
  },
  {
    id: 'P3.continuity',
    statement: 'no stream has a gap longer than its limit within the days of parallel operation',
    plan: '3.3',
    gates: true,
  },
  {
    id: 'P3.agreement',
    statement: 'old and new values agree, bucket by bucket, within each column’s tolerance',
    plan: '3.2',
    gates: true,
  },
  {
    id: 'P3.columns',
    statement: 'every old column has a counterpart in the new system or is declared dropped, with a reason',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P3.devices',
    statement: 'both systems know the same devices, where both record one',
    plan: '3.2',
    gates: true,
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
];
