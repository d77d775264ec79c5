import type { CriterionRow } from './row.ts';

/** Before anything is deleted. */
export const readyPhase8: readonly CriterionRow[] = [];
