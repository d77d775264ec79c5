import type { CriterionRow } from './row.ts';

/** What the plan leaves for afterwards. */
export const post: readonly CriterionRow[] = [
  {
    id: 'PM.backups',
    statement: 'the new databases’ backup CronJobs succeeded within their limit, and what they made last restores',
    plan: 'post 2',
    gates: true,
  },
  {
    id: 'PM.alerts',
    statement: 'the plan’s alerts are loaded and evaluate, and every metric that their expressions read exists now',
    plan: 'post 3',
    gates: true,
  },
  {
    id: 'PM.retention',
    statement: 'by what each hypertable grows, its database fits its volume once it is as old as its policy',
    plan: 'post 4',
    gates: true,
  },
  {
    id: 'PM.docs',
    statement: 'diagrams, runbooks, schemas and dashboards are each signed off by name',
    plan: 'post 1',
    gates: true,
  },
];
