import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import type { Criterion } from '../../specs/criteria.ts';

const ownFault = 'run it again with --debug; this is a fault of the run, not of the target';

/** The result of a criterion whose test left none: nobody observed anything, so it is inconclusive, never passed. */
export function unreported(criterion: Criterion, why: string, at: Date, hint = ownFault): CriterionResult {
  return {
    id: criterion.id,
    phase: criterion.phase,
    gates: criterion.gates,
    statement: criterion.statement,
    plan: criterion.plan,
    verdict: {
      kind: 'inconclusive',
      summary: `nothing was observed: ${firstLine(why)}`,
      expected: criterion.statement,
      observed: `nothing: ${why}`,
      hint,
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
