import { z } from 'zod';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { groupFigures, streamFigures, stretches } from '../charts/figures.ts';

/** What a stream was like in one night; what was not observed is undefined. */
export interface StreamNight {
  /** Rows stored, per hour, over the run's window. */
  readonly rowsPerHour?: number;
  /** Age of the newest row, in seconds. */
  readonly rowAgeSeconds?: number;
  readonly lagRecords?: number;
}

export interface StreamHistory {
  readonly name: string;
  readonly topic: string;
  readonly table: string;
  /** Limits as they were at the last run. */
  readonly freshnessSeconds: number;
  readonly maxLagRecords: number;
  /** In the order of the days; undefined for a day without a run that saw the stream. */
  readonly nights: readonly (StreamNight & { readonly at: string })[];
  /** Where its rows paused for longer than its limit, oldest first. */
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
}

const gapEvidence = z.object({
  gaps: z.object({
    seen: z.array(z.object({ stream: z.string(), gaps: z.array(z.object({ from: z.string(), to: z.string() })) })),
  }),
});

/** How each stream was night by night, from the last run of each day (UTC) that saw it, oldest first. */
export function streamHistories(runs: readonly RunResult[]): StreamHistory[] {
  const limits = new Map(runs.flatMap(({ streams }) => streams).map((stream) => [stream.name, stream]));
  return [...limits.values()].map(({ name, topic, table, freshnessSeconds, maxLagRecords }) => ({
    name,
    topic,
    table,
    freshnessSeconds,
    maxLagRecords,
    nights: nightsOf(runs, name),
    gaps: gapsOf(runs, name),
  }));
}

function nightsOf(runs: readonly RunResult[], stream: string): StreamHistory['nights'] {
  const byDay = new Map<string, StreamHistory['nights'][number]>();
  for (const run of runs) {
    const night = nightOf(run, stream);
    if (Object.keys(night).length > 0)
      byDay.set(run.finishedAt.slice(0, 10), {
        ...byDay.get(run.finishedAt.slice(0, 10)),
        ...night,
        at: run.finishedAt,
      });
  }
  return [...byDay.values()].sort((a, b) => a.at.localeCompare(b.at));
}

function nightOf(run: RunResult, stream: string): StreamNight {
  const figures = streamFigures(run).find((one) => one.stream.name === stream);
  const lag = groupFigures(run).find((one) => one.stream === stream)?.lagRecords;
  const { window } = stretches(run);
  const windowHours = window === undefined ? 0 : (Date.parse(window.to) - Date.parse(window.from)) / 3_600_000;
  return {
    ...(figures?.rows === undefined || windowHours === 0 ? {} : { rowsPerHour: figures.rows / windowHours }),
    ...(figures?.rowAgeSeconds === undefined ? {} : { rowAgeSeconds: figures.rowAgeSeconds }),
    ...(lag === undefined ? {} : { lagRecords: lag }),
  };
}

/** A gap that was open when it was first seen is told by the later run that saw its end. */
function gapsOf(runs: readonly RunResult[], stream: string): StreamHistory['gaps'] {
  const ends = new Map<string, string>();
  for (const { criteria } of runs) {
    for (const { evidence } of criteria) {
      const seen = gapEvidence.safeParse(evidence).data?.gaps.seen ?? [];
      for (const { from, to } of seen.filter((one) => one.stream === stream).flatMap((one) => one.gaps)) {
        if (to > (ends.get(from) ?? '')) ends.set(from, to);
      }
    }
  }
  return [...ends].map(([from, to]) => ({ from, to })).sort((a, b) => a.from.localeCompare(b.from));
}
