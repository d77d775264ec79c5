import type { CriterionRow } from './row.ts';

/** The plan’s success criteria. */
export const complete: readonly CriterionRow[] = [];
