import { complete } from './criteria/complete.ts';
import { phase1 } from './criteria/phase-1.ts';
import { phase2 } from './criteria/phase-2.ts';
import { phase3 } from './criteria/phase-3.ts';
import { phase4 } from './criteria/phase-4.ts';
import { phase5 } from './criteria/phase-5.ts';
import { phase6 } from './criteria/phase-6.ts';
import { phase7 } from './criteria/phase-7.ts';
import { phase8 } from './criteria/phase-8.ts';
import { post } from './criteria/post.ts';
import { readyPhase8 } from './criteria/ready-phase-8.ts';
import { rollback } from './criteria/rollback.ts';
import type { Criterion, CriterionRow } from './criteria/row.ts';

export type { Criterion };

/** Every criterion, phase by phase, in the order in which they are shown. */
export const criteria: readonly Criterion[] = [
  ...of('phase1', phase1),
  ...of('phase2', phase2),
  ...of('phase3', phase3),
  ...of('phase4', phase4),
  ...of('phase5', phase5),
  ...of('phase6', phase6),
  ...of('phase7', phase7),
  ...of('ready-phase8', readyPhase8),
  ...of('phase8', phase8),
  ...of('rollback', rollback),
  ...of('complete', complete),
  ...of('post', post),
];

/** Throws for an id that is no row: a spec without its criterion. */
export function criterionOf(id: string): Criterion {
  const row = criteria.find((criterion) => criterion.id === id);
  if (row === undefined) throw new Error(`${id} is no criterion of specs/criteria.ts`);
  return row;
}

/** The folder below specs/ that holds a phase's specs: `phase-1`, `ready-phase-8`, `rollback`. */
export function specFolder(phase: string): string {
  return phase.replace(/phase(\d+)$/, 'phase-$1');
}

function of(phase: string, rows: readonly CriterionRow[]): readonly Criterion[] {
  return rows.map((row) => ({ ...row, phase }));
}
