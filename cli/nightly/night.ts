import type { RunResult } from '../../helpers/evidence/run.ts';
import type { Decision } from '../../helpers/judge/verdict.ts';

/** A night: what was verified in it, or why it could not be. */
export interface Night {
  readonly target: string;
  readonly rehearsal: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runs: readonly RunResult[];
  /** Why no phase, or not every one, was verified. */
  readonly trouble?: string;
  /** False: what was observed is not told outside of the machine, decisions and names of criteria are. */
  readonly tellsObservations: boolean;
}

/** A criterion that gates and does not hold. */
export interface OpenCriterion {
  readonly id: string;
  readonly phase: string;
  readonly verdict: 'fail' | 'inconclusive';
  readonly statement: string;
  readonly summary: string;
  readonly look?: string;
  readonly hint?: string;
}

/** NO-GO outweighs INCONCLUSIVE, and that GO; a night that was not whole is no GO. */
export function decisionOf({ runs, trouble }: Night): Decision {
  const decisions = runs.map(({ decision }) => decision.decision);
  if (decisions.includes('NO-GO')) return 'NO-GO';
  return decisions.length === 0 || trouble !== undefined || decisions.includes('INCONCLUSIVE') ? 'INCONCLUSIVE' : 'GO';
}

/** What keeps the night from being GO, each criterion once, what fails first. */
export function openCriteria({ runs }: Night): OpenCriterion[] {
  const open = runs.flatMap(({ phase, criteria }) =>
    criteria.flatMap(({ id, gates, statement, verdict: { kind, summary, look, hint } }): OpenCriterion[] =>
      gates && (kind === 'fail' || kind === 'inconclusive')
        ? [
            {
              id,
              phase: phase.id,
              verdict: kind,
              statement,
              summary,
              ...(look === undefined ? {} : { look }),
              ...(hint === undefined ? {} : { hint }),
            },
          ]
        : [],
    ),
  );
  const once = [...new Map(open.toReversed().map((each) => [each.id, each])).values()].toReversed();
  return once.sort((a, b) => Number(a.verdict === 'inconclusive') - Number(b.verdict === 'inconclusive'));
}
