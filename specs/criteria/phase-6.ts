import type { CriterionRow } from './row.ts';

/** GitOps. */
export const phase6: readonly CriterionRow[] = [];
