import { z } from 'zod';
import type { RunResult } from '../evidence/run.ts';
import type { EntryKind } from './entry.ts';

const kinds = z.enum(['pass', 'fail', 'inconclusive', 'waived', 'not-applicable']);

const memory = z.object({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: z.string(),
  workload: z.string(),
  container: z.string(),
  usedBytes: z.number(),
  limitBytes: z.number().exactOptional(),
});

const size = z.object({ database: z.string(), sizeBytes: z.number(), capacityBytes: z.number().exactOptional() });

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
  isMade: z.boolean().exactOptional(),
  criteria: z.array(z.object({ id: z.string(), gates: z.boolean(), verdict: kinds, summary: z.string() })),
  /** Errors counted in the logs, and over what time: the run's evidence covers that without a hole. */
  logErrors: z.object({ from: z.string(), to: z.string(), errors: z.int().min(0) }).exactOptional(),
  memory: z.array(memory).exactOptional(),
  sizes: z.array(size).exactOptional(),
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
    ...figuresOf(run),
    suite: run.versions.suite,
    configSha256: run.versions.configSha256,
  };
}

/** What later runs compare with, from the evidence of the phase's own criteria. */
function figuresOf({ criteria, phase }: RunResult): Pick<RunEntry, 'logErrors' | 'memory' | 'sizes'> {
  const evidence = criteria
    .filter((criterion) => criterion.phase === phase.id)
    .map((criterion) => criterion.evidence as Readonly<Record<string, unknown>> | undefined);
  const seen = (name: string) => evidence.map((each) => each?.[name]).find((figure) => figure !== undefined);
  const figures = {
    logErrors: seen('logErrors'),
    memory: (seen('memory') as { seen: unknown } | undefined)?.seen,
    sizes: (seen('sizes') as { seen: unknown } | undefined)?.seen,
  };
  const observed = Object.entries(figures).filter(([, figure]) => figure !== undefined);
  return schema.pick({ logErrors: true, memory: true, sizes: true }).parse(Object.fromEntries(observed));
}
