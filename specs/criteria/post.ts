import type { CriterionRow } from './row.ts';

/** What the plan leaves for afterwards. */
export const post: readonly CriterionRow[] = [];
