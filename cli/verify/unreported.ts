import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import type { Criterion } from '../../specs/criteria.ts';

/** The result of a criterion whose test left none: nobody observed anything, so it is inconclusive, never passed. */
export function unreported(criterion: Criterion, why: string, at: Date): CriterionResult {
  return {
    id: criterion.id,
    phase: criterion.phase,
    gates: criterion.gates,
    statement: criterion.statement,
    plan: criterion.plan,
    verdict: {
      kind: 'inconclusive',
      summary: `left no verdict: ${firstLine(why)}`,
      expected: criterion.statement,
      observed: `the criterion left no verdict: ${why}`,
      hint: 'run it again with --debug; this is a fault of the run, not of the target',
      findings: [],
    },
    startedAt: at.toISOString(),
    durationMs: 0,
    evidence: undefined,
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
