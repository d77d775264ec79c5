import type { CriterionRow } from './row.ts';

/** The plan’s success criteria. */
export const complete: readonly CriterionRow[] = [
  {
    id: 'C.backup',
    statement: 'the old data lies in a complete backup that restores',
    plan: 'Success Criteria',
    gates: true,
  },
];
