import type { CriterionRow } from './row.ts';

/** Cutover. */
export const phase5: readonly CriterionRow[] = [];
