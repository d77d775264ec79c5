import type { CriterionRow } from './row.ts';

/** What the plan leaves for afterwards. */
export const post: readonly CriterionRow[] = [
  {
    id: 'PM.backups',
    statement: 'the new databases’ backup CronJobs succeeded within their limit, and what they made last restores',
    plan: 'post 2',
    gates: true,
  },
];
