import { z } from 'zod';
import type { RunResult } from '../../helpers/evidence/run.ts';

const line = z.object({ at: z.string(), text: z.string() });
const entry = z.object({
  at: z.string(),
  level: z.string(),
  line: z.string(),
  before: z.array(line).optional(),
  after: z.array(line).optional(),
});
const log = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  windowStart: z.string(),
  lineCount: z.number(),
  errors: z.array(entry),
  errorCount: z.number(),
});
const logs = z.object({ logs: z.object({ seen: z.array(log) }) });

/** What a run kept of the log of a container: its errors, with the lines around them. */
export type QuotedLog = z.output<typeof log>;

/** The logs that a run read, each once, those with errors first. */
export function quotedLogs(run: RunResult): QuotedLog[] {
  const read = run.criteria.flatMap(({ evidence }) => logs.safeParse(evidence).data?.logs.seen ?? []);
  const byName = Map.groupBy(read, logName);
  // Two criteria may have read one log over different windows: the longer one holds the other.
  const longest = [...byName.values()].flatMap((same) => same.toSorted(byWindow).slice(0, 1));
  return longest.sort((a, b) => b.errorCount - a.errorCount || logName(a).localeCompare(logName(b)));
}

/** `timescaledb/redpanda-connect-7d9f/redpanda-connect`, and `(previous run)` where it is that one's. */
export function logName({ namespace, pod, container, previous }: QuotedLog): string {
  return `${namespace}/${pod}/${container}${previous ? ' (previous run)' : ''}`;
}

/** The lines that are kept of it, in their order. */
export function quotedLines({ errors }: QuotedLog): { readonly at: string; readonly text: string; isError: boolean }[] {
  return errors.flatMap(({ at, line, before = [], after = [] }) => [
    ...before.map((each) => ({ ...each, isError: false })),
    { at, text: line, isError: true },
    ...after.map((each) => ({ ...each, isError: false })),
  ]);
}

function byWindow(a: QuotedLog, b: QuotedLog): number {
  return a.windowStart.localeCompare(b.windowStart);
}
