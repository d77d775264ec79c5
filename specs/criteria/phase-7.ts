import type { CriterionRow } from './row.ts';

/** Observation. */
export const phase7: readonly CriterionRow[] = [];
