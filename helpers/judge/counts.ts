import type { GroupState, TopicState } from '../broker/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { WindowRows } from '../database/observed.ts';
import type { Pace } from './pace.ts';
import type { Passage } from './streams.ts';
import type { Sightings } from './verdict.ts';
import { judgedSeconds, type Span, type Window } from './window.ts';
import { duration } from './words.ts';

/** Records that a topic got within a span. */
export interface TopicCount extends Span {
  readonly topic: string;
  readonly records: number;
}

/** Records and rows over one window, span by span. */
export interface Counts {
  readonly window: Window;
  readonly records: Sightings<TopicCount>;
  readonly rows: Sightings<WindowRows>;
}

interface Ref {
  readonly instance: string;
  readonly stream: string;
}

/**
 * What passed each stream of each Redpanda Connect instance in the window; a stream of which something stayed unseen is
 * left out.
 */
export function passages(counts: Counts, groups: Sightings<GroupState>, migration: Migration): Passage[] {
  const refs = Object.entries(migration.new.connect).flatMap(([instance, { streams }]) =>
    streams.map((stream) => ({ instance, stream })),
  );
  return refs.flatMap((ref) => passageOf(ref, counts, groups, migration) ?? []);
}

function passageOf(ref: Ref, counts: Counts, groups: Sightings<GroupState>, migration: Migration): Passage | undefined {
  const { streams, settings } = migration.new;
  const is = (other: Ref) => other.instance === ref.instance && other.stream === ref.stream;
  const seconds = judgedSeconds(counts.window);
  const written = Object.values(streams).filter(({ bridge }) => is(bridge));
  const stored = Object.entries(streams).filter(([, { sink }]) => is(sink));
  // The settings' table does not grow: their sink is told by what its group has consumed of the topic.
  const consumed = is(settings.sink) ? Object.values(streams).filter(({ topic }) => topic === settings.topic) : [];
  const through = [...written, ...stored.map(([, stream]) => stream), ...consumed];
  const records = total(through.map(({ topic }) => recordsOf(topic, counts.records)));
  if (records === undefined) return undefined;
  const expected = through.reduce((sum, { every }) => sum + seconds / every, 0);
  const place = { ...ref, expected, records };
  if (stored.length > 0) {
    const arrived = total(stored.map(([name]) => rowsOf(name, counts.rows)));
    return arrived === undefined ? undefined : { ...place, arrived, unit: 'rows' };
  }
  if (consumed.length > 0) {
    const lag = lagOf(settings, groups);
    return lag === undefined ? undefined : { ...place, arrived: Math.max(0, records - lag), unit: 'consumed' };
  }
  return { ...place, unit: 'records' };
}

/** Records against rows of each stream over the window of the counts. */
export function pacesOver(
  counts: Counts,
  groups: readonly Sightings<GroupState>[],
  migration: Migration,
): Sightings<Pace> {
  const { window } = counts;
  const seen = Object.entries(migration.new.streams).flatMap(([stream, config]): Pace[] => {
    const records = recordsOf(config.topic, counts.records);
    const rows = rowsOf(stream, counts.rows);
    if (records === undefined || rows === undefined) return [];
    const over = `${duration(window.seconds)} to ${window.to}`;
    const seconds = judgedSeconds(window);
    const inFlight = largest(groups.map((state) => lagOf(config, state)));
    return [{ stream, over, from: window.from, seconds, records, rows, inFlight, edges: 2 * window.spans.length }];
  });
  return { seen, unseen: [...counts.records.unseen, ...counts.rows.unseen] };
}

/** Records against rows of each stream between two readings: by how much the topics' ends moved. */
export function pacesBetween(
  between: {
    readonly window: Window;
    readonly topics: readonly [Sightings<TopicState>, Sightings<TopicState>];
    readonly rows: Sightings<WindowRows>;
    readonly groups: Sightings<GroupState>;
  },
  migration: Migration,
): Sightings<Pace> {
  const { window, topics, rows: counted, groups } = between;
  const [first, second] = topics;
  const seen = Object.entries(migration.new.streams).flatMap(([stream, config]): Pace[] => {
    const [from, to] = [endOf(config.topic, first), endOf(config.topic, second)];
    const rows = rowsOf(stream, counted);
    if (from === undefined || to === undefined || rows === undefined) return [];
    const place = { stream, over: 'between two readings', from: window.from, seconds: window.seconds };
    return [{ ...place, records: to - from, rows, inFlight: lagOf(config, groups), edges: 2 }];
  });
  return { seen, unseen: [...first.unseen, ...second.unseen, ...counted.unseen] };
}

function recordsOf(topic: string, { seen, unseen }: Sightings<TopicCount>): number | undefined {
  if (unseen.some(({ subject }) => subject === topic)) return undefined;
  return seen.filter((count) => count.topic === topic).reduce((sum, { records }) => sum + records, 0);
}

function rowsOf(stream: string, { seen, unseen }: Sightings<WindowRows>): number | undefined {
  if (unseen.some(({ subject }) => subject === stream)) return undefined;
  return seen.filter((window) => window.stream === stream).reduce((sum, { rowCount }) => sum + rowCount, 0);
}

function endOf(topic: string, { seen }: Sightings<TopicState>): number | undefined {
  const state = seen.find((one) => one.topic === topic);
  return state?.partitions.reduce((sum, { highOffset }) => sum + highOffset, 0);
}

/** Records of the topic that the group has not committed; undefined where that cannot be told. */
function lagOf({ group, topic }: { group: string; topic: string }, groups: Sightings<GroupState>): number | undefined {
  const state = groups.seen.find((one) => one.group === group);
  const partitions = state?.partitions.filter((one) => one.topic === topic);
  return (
    partitions &&
    total(partitions.map(({ lagRecords, highOffset }) => lagRecords ?? (highOffset === 0 ? 0 : undefined)))
  );
}

/** The sum; undefined when a part is. */
function total(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? known.reduce((sum, part) => sum + part, 0) : undefined;
}

function largest(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
