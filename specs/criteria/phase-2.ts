import type { CriterionRow } from './row.ts';

/** The old resources are known. */
export const phase2: readonly CriterionRow[] = [
  {
    id: 'P2.named-exist',
    statement: 'every old resource that migration.yaml names exists, or is declared absent',
    plan: '2.1',
    gates: true,
  },
  {
    id: 'P2.nothing-unlisted',
    statement: 'discovery finds no workload of the old system that migration.yaml lacks',
    plan: '2.1',
    gates: true,
  },
  {
    id: 'P2.no-live-consumer',
    statement: 'nothing outside the old system still reads it',
    plan: 'new',
    gates: false,
  },
  {
    id: 'P2.owners',
    statement:
      'the Kustomization that applies each old workload is known: whether it prunes, is suspended, how often it reconciles',
    plan: 'new',
    gates: false,
  },
  {
    id: 'P2.data-holders',
    statement: 'every volume claim of the old namespaces is known with its size, reclaim policy and content',
    plan: '2.2',
    gates: false,
  },
];
