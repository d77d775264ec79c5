import { z } from 'zod';
import type { RunResult } from '../evidence/run.ts';
import type { EntryKind } from './entry.ts';

const kinds = z.enum(['pass', 'fail', 'inconclusive', 'waived', 'not-applicable']);

const schema = z.object({
  kind: z.literal('run'),
  /** When it had been decided. */
  at: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  phase: z.string(),
  /** Some of the phase's criteria only: it decides nothing about the phase. */
  isPartial: z.boolean(),
  decision: z.enum(['GO', 'NO-GO', 'INCONCLUSIVE']),
  reason: z.string(),
  target: z.string(),
  /** Made with a replica's past, not by a run. */
  isMade: z.boolean().optional(),
  criteria: z.array(z.object({ id: z.string(), gates: z.boolean(), verdict: kinds, summary: z.string() })),
  suite: z.string(),
  configSha256: z.string(),
});

export type RunEntry = z.output<typeof schema>;

export const runEntry: EntryKind<RunEntry> = { kind: 'run', schema };

/** What the ledger keeps of a run. */
export function entryOfRun(run: RunResult, isPartial: boolean): RunEntry {
  return {
    kind: 'run',
    at: run.finishedAt,
    startedAt: run.startedAt,
    phase: run.phase.id,
    isPartial,
    decision: run.decision.decision,
    reason: run.decision.reason,
    target: run.target.name,
    criteria: run.criteria.map(({ id, gates, verdict }) => ({
      id,
      gates,
      verdict: verdict.kind,
      summary: verdict.summary,
    })),
    suite: run.versions.suite,
    configSha256: run.versions.configSha256,
  };
}
