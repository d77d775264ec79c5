import type { CriterionRow } from './row.ts';

/** The plan’s success criteria. */
export const complete: readonly CriterionRow[] = [
  {
    id: 'C.days',
    statement: 'the new system has run for the days that the plan asks for, with no issue',
    plan: 'Success Criteria',
    gates: true,
  },
  {
    id: 'C.flow',
    statement: 'data flows continuously: topics and tables are fresh, and no stream has had a gap since the cutover',
    plan: 'Success Criteria',
    gates: true,
    parts: ['P1.topics-fresh', 'P1.tables-fresh', 'P7.continuity'],
  },
  {
    id: 'C.logs',
    statement: 'the logs have held no more errors since the cutover than the budget allows',
    plan: 'Success Criteria',
    gates: true,
    parts: ['P7.logs-clean'],
  },
  {
    id: 'C.resources',
    statement: 'by their trends memory and disk are not used up within the declared days',
    plan: 'Success Criteria',
    gates: true,
    parts: ['P7.resources', 'P7.volumes'],
  },
  {
    id: 'C.backup',
    statement: 'the old data lies in a complete backup that restores',
    plan: 'Success Criteria',
    gates: true,
  },
  {
    id: 'C.old-down',
    statement: 'the old workloads are scaled to 0 or gone',
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
  {
    id: 'C.sign-off',
    statement: 'somebody has signed the migration off by name',
    plan: 'Success Criteria',
    gates: true,
  },
];
