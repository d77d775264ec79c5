import type { CriterionRow } from './row.ts';

/** Cleanup. */
export const phase8: readonly CriterionRow[] = [];
