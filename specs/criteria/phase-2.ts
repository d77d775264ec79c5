import type { CriterionRow } from './row.ts';

/** The old resources are known. */
export const phase2: readonly CriterionRow[] = [];
