import type { CriterionRow } from './row.ts';

/** Ready for cutover. */
export const phase4: readonly CriterionRow[] = [];
