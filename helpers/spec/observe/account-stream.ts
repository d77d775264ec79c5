import { observeGroup } from '../../broker/group.ts';
import { readNewest } from '../../broker/records.ts';
import { type Offsets, offsetsAt } from '../../broker/topic.ts';
import type { CapturedTopic } from '../../capture/schema.ts';
import type { StreamConfig } from '../../config/schema.ts';
import { rowTimes } from '../../database/row-times.ts';
import type { Queries } from '../../database/sql.ts';
import { observeWindow } from '../../database/window.ts';
import { recordsWithoutRow } from '../../judge/accounting/match-records.ts';
import type { MissingRecord, RecordSearch, StreamAccount } from '../../judge/accounting/observed.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Connections } from '../connections.ts';

/** A stretch of it that holds no more records than this is looked through record by record. */
const leafRecords = 500;
/** More stretches than this are not looked into: what they lack is counted all the same. */
const mostProbes = 60;
/** A record is stamped by the broker a little after its own time, by which its row is. */
const stampsApartMs = 5_000;

interface Place {
  readonly kafka: Awaited<ReturnType<Connections['kafka']>>;
  readonly db: Queries;
  readonly stream: string;
  readonly config: StreamConfig;
}

/**
 * Counts what a stream's topic and its table got since a captured state: records by offsets, rows by the index on time.
 * Where rows are missing, the time is halved until the stretches that lack them are short, and these are read.
 * What it costs grows with what came since the capture and with what is missing, not with what is stored.
 * Throws `Unobservable` when either cannot be read, or the topic ends before where it ended then.
 */
export async function accountStream(place: Place, captured: CapturedTopic, to: Date): Promise<StreamAccount> {
  const { kafka, db, stream, config } = place;
  const from = new Date(captured.at);
  const [ends, group, rows] = await Promise.all([
    offsetsAt(kafka.admin, config.topic, to),
    observeGroup(kafka.admin, config.group, [config.topic]),
    observeWindow(db, stream, config.rows, { from, to }),
  ]);
  const starts: Offsets = new Map(captured.partitions.map(({ partition, highOffset }) => [partition, highOffset]));
  for (const [partition, start] of starts) {
    const end = ends.get(partition);
    if (end !== undefined && end >= start) continue;
    throw new Unobservable(
      'history',
      `partition ${partition} of ${config.topic} ends at offset ${end ?? 'none'} and ended at ${start} when the state was captured: the topic was made anew, and what it held is gone`,
    );
  }
  const records = between(starts, ends);
  const committed = new Map(group.partitions.map(({ partition, committedOffset }) => [partition, committedOffset]));
  const committedOf = (partition: number) => committed.get(partition);
  const uncommitted = [...ends].map(([partition, end]) => {
    const offset = committedOf(partition);
    return offset === undefined && end > (starts.get(partition) ?? 0) ? undefined : Math.max(0, end - (offset ?? end));
  });
  const known = uncommitted.every((one) => one !== undefined);
  return {
    stream,
    topic: config.topic,
    table: config.rows.table,
    from: from.toISOString(),
    to: to.toISOString(),
    records,
    rows: rows.rowCount,
    duplicates: rows.duplicateCount,
    ...(known ? { uncommitted: uncommitted.reduce<number>((sum, one) => sum + (one ?? 0), 0) } : {}),
    ...(records > rows.rowCount - rows.duplicateCount
      ? { search: await search(place, { from, to, starts, ends }, committedOf) }
      : {}),
  };
}

interface Stretch {
  readonly from: Date;
  readonly to: Date;
  readonly starts: Offsets;
  readonly ends: Offsets;
}

async function search(
  place: Place,
  whole: Stretch,
  committedOf: (partition: number) => number | undefined,
): Promise<RecordSearch> {
  const { admin } = place.kafka;
  const missing: MissingRecord[] = [];
  const open = [whole];
  let probes = 0;
  for (let stretch = open.shift(); stretch !== undefined; stretch = open.shift()) {
    const records = between(stretch.starts, stretch.ends);
    if (records <= leafRecords) {
      missing.push(...(await read(place, stretch, committedOf)));
      continue;
    }
    probes += 1;
    if (probes > mostProbes) return { missing, complete: false };
    const middle = new Date((stretch.from.getTime() + stretch.to.getTime()) / 2);
    const offsets = await offsetsAt(admin, place.config.topic, middle);
    for (const half of [
      { ...stretch, to: middle, ends: offsets },
      { ...stretch, from: middle, starts: offsets },
    ]) {
      if (await lacksRows(place, half)) open.push(half);
    }
  }
  return { missing, complete: true };
}

async function lacksRows({ db, stream, config }: Place, stretch: Stretch): Promise<boolean> {
  const { rowCount, duplicateCount } = await observeWindow(db, stream, config.rows, stretch);
  return rowCount - duplicateCount < between(stretch.starts, stretch.ends);
}

async function read(
  { kafka, db, config }: Place,
  { from, to, starts, ends }: Stretch,
  committedOf: (partition: number) => number | undefined,
): Promise<MissingRecord[]> {
  const longest = Math.max(0, ...[...ends].map(([partition, end]) => end - (starts.get(partition) ?? end)));
  if (longest === 0) return [];
  const around = { from: new Date(from.getTime() - stampsApartMs), to: new Date(to.getTime() + stampsApartMs) };
  const records = await readNewest(kafka.kafka, config.topic, longest, { below: ends });
  const own = records.filter(({ partition, offset }) => offset >= (starts.get(partition) ?? 0));
  return recordsWithoutRow(own, await rowTimes(db, config.rows, around), config.recordTime, committedOf);
}

function between(starts: Offsets, ends: Offsets): number {
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - (starts.get(partition) ?? 0)), 0);
}
