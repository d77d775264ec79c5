import { z } from 'zod';
import type { RunResult } from '../../helpers/evidence/run.ts';

const kinds = z.enum(['pass', 'fail', 'inconclusive', 'waived', 'not-applicable']);

const finding = z.looseObject({
  subject: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  observed: z.string(),
});

/** What a page needs of a kept run. Members that a later version added are left as they are. */
const form = z.looseObject({
  decision: z.looseObject({ decision: z.enum(['GO', 'NO-GO', 'INCONCLUSIVE']), reason: z.string() }),
  phase: z.looseObject({ id: z.string(), title: z.string(), criteriaCount: z.int() }),
  target: z.looseObject({ name: z.string(), kind: z.string(), rehearsal: z.boolean(), timeScale: z.number() }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  criteria: z.array(
    z.looseObject({
      id: z.string(),
      phase: z.string(),
      gates: z.boolean(),
      statement: z.string(),
      plan: z.string(),
      verdict: z.looseObject({
        kind: kinds,
        summary: z.string(),
        expected: z.string(),
        observed: z.string(),
        findings: z.array(finding),
      }),
    }),
  ),
  problems: z.array(z.string()),
  streams: z.array(z.looseObject({ name: z.string(), topic: z.string(), group: z.string() })),
  versions: z.looseObject({ suite: z.string(), node: z.string(), config: z.string(), configSha256: z.string() }),
});

/** The run that was read. Throws an error that says where it has another form. */
export function asRun(data: unknown): RunResult {
  const [issue] = form.safeParse(data).error?.issues ?? [];
  if (issue !== undefined) throw new Error(`${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  return data as RunResult;
}
