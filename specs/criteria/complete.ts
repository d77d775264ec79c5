import type { CriterionRow } from './row.ts';

/** The plan’s success criteria. */
export const complete: readonly CriterionRow[] = [
  {
    id: 'C.backup',
    statement: 'the old data lies in a complete backup that restores',
    plan: 'Success Criteria',
    gates: true,
  },
  {
    id: 'C.git',
    statement: 'no old configuration is left in Flux or in its repository',
    plan: 'Success Criteria',
    gates: true,
    parts: ['P6.kustomizations-gone', 'P6.git-clean', 'P8.directories-gone'],
  },
];
