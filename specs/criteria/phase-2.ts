import type { CriterionRow } from './row.ts';

/** The old resources are known. */
export const phase2: readonly CriterionRow[] = [
  {
    id: 'P2.owners',
    statement:
      'the Kustomization that applies each old workload is known: whether it prunes, is suspended, how often it reconciles',
    plan: 'new',
    gates: false,
  },
];
