import type { CriterionRow } from './row.ts';

/** GitOps. */
export const phase6: readonly CriterionRow[] = [
  {
    id: 'P6.flow',
    statement: 'topics and tables are fresh, now',
    plan: '6',
    gates: true,
    parts: ['P1.topics-fresh', 'P1.tables-fresh'],
  },
];
