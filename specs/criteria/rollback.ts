import type { CriterionRow } from './row.ts';

/** The old system is back. */
export const rollback: readonly CriterionRow[] = [];
