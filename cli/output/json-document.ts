import { z } from 'zod';
import { advice, partialNotice, type RunResult, rehearsalNotice } from '../../helpers/evidence/run.ts';

const instant = z.iso.datetime().describe('ISO 8601, UTC');

const criterion = z.strictObject({
  id: z.string().describe('for example P1.streams'),
  gates: z.boolean().describe('false: it advises, and its failure is never a NO-GO'),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'waived', 'not-applicable']),
  statement: z.string().describe('when the criterion holds'),
  summary: z.string().describe('the verdict in one line'),
  expected: z.string(),
  observed: z.string().describe('may be of several lines'),
  since: z.string().nullable().describe('since when it is so, where that is known'),
  look: z.string().nullable().describe('the command that shows it'),
  hint: z.string().nullable().describe('what to do next'),
});

/** What `verify --json` prints. Published as docs/verify-result.schema.json. */
export const verifyResultSchema = z
  .strictObject({
    decision: z.enum(['GO', 'NO-GO', 'INCONCLUSIVE']),
    reason: z.string().describe('why, in one line'),
    target: z.string().describe("the target's name in migration.yaml"),
    rehearsal: z.boolean().describe('true: a replica was judged, not the live cluster'),
    notice: z.literal(rehearsalNotice).nullable(),
    standIns: z.array(z.string()).describe('images of the replica that stand in for others'),
    phase: z.string().describe('for example phase1'),
    partial: z.boolean().describe('true: --only left criteria out, and the phase is not decided'),
    startedAt: instant,
    finishedAt: instant,
    advice: z.int().min(0).describe('criteria that advise and do not hold'),
    report: z.string().nullable().describe('path of the HTML report'),
    problems: z.array(z.string()).describe('what went wrong with the run itself'),
    criteria: z.array(criterion),
  })
  .meta({ title: 'The result of npm run verify:phaseN -- --json' });

export type VerifyDocument = z.output<typeof verifyResultSchema>;

export function verifyDocument(run: RunResult, report: string | undefined): VerifyDocument {
  return {
    decision: run.decision.decision,
    reason: run.decision.reason,
    target: run.target.name,
    rehearsal: run.target.rehearsal,
    notice: run.target.rehearsal ? rehearsalNotice : null,
    standIns: [...(run.target.standIns ?? [])],
    phase: run.phase.id,
    partial: partialNotice(run) !== undefined,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    advice: advice(run.criteria).length,
    report: report ?? null,
    problems: [...run.problems],
    criteria: run.criteria.map(({ id, gates, statement, verdict }) => ({
      id,
      gates,
      verdict: verdict.kind,
      statement,
      summary: verdict.summary,
      expected: verdict.expected,
      observed: verdict.observed,
      since: verdict.since ?? null,
      look: verdict.look ?? null,
      hint: verdict.hint ?? null,
    })),
  };
}
