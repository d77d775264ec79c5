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
  {
    id: 'P4.parallel',
    statement: 'phase 3 was GO, or the cutover without it is declared with a reason',
    plan: '4',
    gates: true,
  },
  {
    id: 'P4.flux',
    statement: 'Flux will not undo the cutover: each owner is suspended, or Git says replicas 0 or leaves them out',
    plan: 'new',
    gates: true,
  },
];
