import { z } from 'zod';
import type { RunResult, RunStream } from '../../helpers/evidence/run.ts';

/**
 * The figures that charts are drawn from, out of the evidence that criteria leave. Evidence is read tolerantly: what is
 * missing or of another form has no figure, and what has no figure is not drawn.
 */
export interface StreamFigures {
  readonly stream: RunStream;
  /** Age of the newest record and row, in seconds; negative when it is stamped ahead of the clock. */
  readonly recordAgeSeconds?: number;
  readonly rowAgeSeconds?: number;
  /** Records and rows over the window. */
  readonly records?: number;
  readonly rows?: number;
  /** By how much the topic grew between two readings, and what its group committed meanwhile. */
  readonly topicGrewBy?: number;
  readonly committedBy?: number;
}

export interface GroupFigure {
  /** The stream that it stores; undefined for a group beside the streams, such as that of the settings. */
  readonly stream?: string;
  readonly group: string;
  readonly topic: string;
  readonly lagRecords: number;
  readonly maxLagRecords: number;
}

const sightings = <T extends z.ZodType>(seen: T) => z.object({ seen: z.array(seen) });
const topic = z.object({
  topic: z.string(),
  newestAgeSeconds: z.number().optional(),
  partitions: z.array(z.object({ highOffset: z.number() })).optional(),
});
const rows = z.object({ stream: z.string(), newestAgeSeconds: z.number().optional() });
const group = z.object({
  group: z.string(),
  partitions: z.array(
    z.object({ topic: z.string(), lagRecords: z.number().optional(), committedOffset: z.number().optional() }),
  ),
});
const reading = z.object({ at: z.string(), topics: sightings(topic), groups: sightings(group) });

const freshTopics = z.object({ topics: sightings(topic) });
const freshRows = z.object({ rows: sightings(rows) });
const readings = z.object({ readings: z.object({ first: reading, second: reading }) });
const counts = z.object({
  counts: z.object({
    window: z.object({ from: z.string(), to: z.string() }),
    records: sightings(z.object({ topic: z.string(), records: z.number() })),
    rows: sightings(z.object({ stream: z.string(), rowCount: z.number() })),
  }),
});

export function streamFigures(run: RunResult): StreamFigures[] {
  const topics = evidence(run, freshTopics, 'P1.topics-fresh')?.topics.seen ?? [];
  const tables = evidence(run, freshRows, 'P1.tables-fresh')?.rows.seen ?? [];
  const counted = evidence(run, counts, 'P1.rows-keep-pace', 'P1.streams')?.counts;
  const pair = evidence(run, readings, 'P1.lag', 'P1.streams')?.readings;
  return run.streams.map((stream) => {
    const recordAge = topics.find((one) => one.topic === stream.topic)?.newestAgeSeconds;
    const rowAge = tables.find((one) => one.stream === stream.name)?.newestAgeSeconds;
    const records = sum(counted?.records.seen.filter((one) => one.topic === stream.topic).map((one) => one.records));
    const rowCount = sum(counted?.rows.seen.filter((one) => one.stream === stream.name).map((one) => one.rowCount));
    const topicGrewBy = pair && difference(endOffset(pair.first, stream), endOffset(pair.second, stream));
    const committedBy = pair && difference(committed(pair.first, stream), committed(pair.second, stream));
    return {
      stream,
      ...(recordAge === undefined ? {} : { recordAgeSeconds: recordAge }),
      ...(rowAge === undefined ? {} : { rowAgeSeconds: rowAge }),
      ...(records === undefined ? {} : { records }),
      ...(rowCount === undefined ? {} : { rows: rowCount }),
      ...(topicGrewBy === undefined ? {} : { topicGrewBy }),
      ...(committedBy === undefined ? {} : { committedBy }),
    };
  });
}

/** The window that records and rows were counted over, and how far apart the readings were, where there are any. */
export function stretches(run: RunResult): {
  readonly window?: { from: string; to: string };
  readonly apartSeconds?: number;
} {
  const window = evidence(run, counts, 'P1.rows-keep-pace', 'P1.streams')?.counts.window;
  const pair = evidence(run, readings, 'P1.lag', 'P1.streams')?.readings;
  return {
    ...(window === undefined ? {} : { window }),
    ...(pair === undefined ? {} : { apartSeconds: (Date.parse(pair.second.at) - Date.parse(pair.first.at)) / 1000 }),
  };
}

/** The lag of each group in each topic at the last reading, over all partitions; one that is not known has no figure. */
export function groupFigures(run: RunResult): GroupFigure[] {
  const pair = evidence(run, readings, 'P1.lag')?.readings;
  return (pair?.second.groups.seen ?? []).flatMap(({ group, partitions }) =>
    [...Map.groupBy(partitions, (partition) => partition.topic)].flatMap(([topic, parts]): GroupFigure[] => {
      const lagRecords = total(parts.map((part) => part.lagRecords));
      const limit = run.streams.find((stream) => stream.group === group && stream.topic === topic);
      const maxLagRecords = (limit ?? run.streams.find((stream) => stream.topic === topic))?.maxLagRecords;
      return lagRecords === undefined || maxLagRecords === undefined
        ? []
        : [{ ...(limit === undefined ? {} : { stream: limit.name }), group, topic, lagRecords, maxLagRecords }];
    }),
  );
}

/** The evidence of the first of these criteria that left some in this form. */
function evidence<T extends z.ZodType>(run: RunResult, schema: T, ...ids: readonly string[]): z.output<T> | undefined {
  for (const id of ids) {
    const parsed = schema.safeParse(run.criteria.find((criterion) => criterion.id === id)?.evidence);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

type Reading = z.output<typeof reading>;

function endOffset({ topics }: Reading, { topic }: RunStream): number | undefined {
  return total(topics.seen.find((one) => one.topic === topic)?.partitions?.map(({ highOffset }) => highOffset));
}

function committed({ groups }: Reading, { group, topic }: RunStream): number | undefined {
  const partitions = groups.seen.find((one) => one.group === group)?.partitions.filter((one) => one.topic === topic);
  return total(partitions?.map(({ committedOffset }) => committedOffset));
}

function difference(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

/** The sum; undefined when there is nothing to add up. */
function sum(parts: readonly number[] | undefined): number | undefined {
  return parts === undefined || parts.length === 0 ? undefined : parts.reduce((all, part) => all + part, 0);
}

/** The sum; undefined when a part is not known. */
function total(parts: readonly (number | undefined)[] | undefined): number | undefined {
  const known = parts?.filter((part) => part !== undefined);
  return known === undefined || known.length < (parts?.length ?? 0) ? undefined : sum(known);
}
