import type { CriterionRow } from './row.ts';

/** GitOps. */
export const phase6: readonly CriterionRow[] = [
  {
    id: 'P6.kustomizations-gone',
    statement: 'no old Kustomization is left',
    plan: '6.3',
    gates: true,
  },
  {
    id: 'P6.git-clean',
    statement: 'the revision that Flux applied defines no old Kustomization',
    plan: '6.1',
    gates: true,
  },
  {
    id: 'P6.flux-ready',
    statement: 'the source and the Kustomizations of the new system are Ready at one revision, none stalled',
    plan: '6.3',
    gates: true,
  },
  {
    id: 'P6.prune',
    statement: 'what Flux removed lies within the old workloads, and the old database is there with its volume',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P6.flow',
    statement: 'topics and tables are fresh, now',
    plan: '6',
    gates: true,
    parts: ['P1.topics-fresh', 'P1.tables-fresh'],
  },
];
