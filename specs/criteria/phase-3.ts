import type { CriterionRow } from './row.ts';

/** Both systems run beside each other and agree. */
export const phase3: readonly CriterionRow[] = [];
