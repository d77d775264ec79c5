import { duration } from '../time-words.ts';
import { factValue } from './fact.ts';
import { guess, type Marked, placeholder } from './marked.ts';
import type { OldTable } from './measure.ts';
import { durationText, freshnessSeconds } from './pace.ts';

/** A stream of the new system as far as it tells which old table held the same. */
export interface NewStream {
  readonly name: string;
  readonly topic: string;
  readonly table: string;
  /** What is filled from its messages, with the columns' types where they are known. */
  readonly columns: ReadonlyMap<string, string | undefined>;
}

/** The new settings, whose rows are written over. */
export interface NewSettings {
  readonly device: string;
  readonly columns: readonly string[];
}

/** What `old.streams` and `old.settings` are drafted as. */
export interface OldStreamsDraft {
  readonly streams: Marked;
  readonly settings: Marked | undefined;
}

const usualFreshness = '5m';
const deviceNames = /^(device(_?id)?|device_?serial|serial|sensor(_?id)?)$/i;

/**
 * Which old table holds what which new stream does, by their columns' names and their own, and which old topic fills it.
 * All of it guesses. A table or a column for which nothing was found is left out, and named in the words: what is not
 * declared fails P3.columns, where a placeholder would let it pass.
 */
export function draftOldStreams(
  tables: readonly OldTable[],
  topics: readonly string[],
  streams: readonly NewStream[],
  settings: NewSettings | undefined,
): OldStreamsDraft {
  const topicOf = matchTopics(tables, topics);
  const kept = settings && settingsTable(tables, settings);
  const matches = tables.flatMap((table) => {
    const topic = topicOf.get(table.table);
    const like = table === kept || !table.isSeries ? undefined : likeStream(table, streams);
    return topic === undefined || like === undefined ? [] : [{ table, topic, ...like }];
  });
  const left = tables.filter((table) => table !== kept && matches.every((match) => match.table !== table));
  const undone = left.map(({ table, columns }) => `${table} (${columns.join(', ')})`).join('; ');
  const words = `tables of the old database whose columns or names are like those of new streams${
    undone === '' ? '' : `; nothing was found for ${undone}: declare it here, or under old.droppedTables with a reason`
  }`;
  const drafts = matches.map((match) => [match.stream.name, draftStream(match)]);
  const topic = kept && topicOf.get(kept.table);
  return {
    streams: drafts.length === 0 ? placeholder({}, words) : guess(Object.fromEntries(drafts), words),
    settings:
      kept === undefined || settings === undefined || topic === undefined
        ? undefined
        : guess(
            draftSettings(kept, topic, settings),
            `its columns are named like the new settings’${undeclared(kept, bookkeepingOf(kept), settings.columns)}`,
          ),
  };
}

interface Match {
  readonly table: OldTable;
  readonly topic: Marked;
  readonly stream: NewStream;
  readonly why: string;
}

function draftStream({ table, topic, stream, why }: Match): object {
  const { timeColumn, pace } = table;
  const device = deviceOf(table);
  const seen = factValue(pace);
  const unseen = 'unknown' in pace ? pace.unknown : '';
  const shared = table.columns.filter((column) => stream.columns.has(column) && !bookkeepingOf(table).includes(column));
  return {
    topic,
    table: table.table,
    time: timeColumn,
    ...(device === undefined ? {} : { device: guess(device, 'by its name') }),
    every: seen
      ? guess(durationText(seen.everySeconds), `median of the last ${seen.records} rows`)
      : placeholder('1m', unseen),
    freshness: seen
      ? guess(durationText(freshnessSeconds(seen)), `its longest gap was ${duration(seen.longestGapSeconds)}`)
      : placeholder(usualFreshness, unseen),
    new: guess(stream.name, why),
    columns: guess(
      Object.fromEntries(shared.map((column) => [column, counterpart(column, table, stream)])),
      `of the same name in ${stream.table}${undeclared(table, bookkeepingOf(table), shared)}`,
    ),
  };
}

/** Where the old column holds fractions and the new one whole numbers, the new system rounds. */
function counterpart(column: string, { types }: OldTable, { columns }: NewStream): object {
  const isRounded =
    /^(real|double|numeric)/.test(types.get(column) ?? '') &&
    /^(smallint|integer|bigint)/.test(columns.get(column) ?? '');
  return isRounded ? { column, tolerance: { rounding: 1 } } : { column };
}

function draftSettings(table: OldTable, topic: Marked, settings: NewSettings): object {
  const shared = settings.columns.filter((column) => table.columns.includes(column));
  return {
    topic,
    table: table.table,
    device: settings.device,
    ...(table.timeColumn === undefined ? {} : { updated: table.timeColumn }),
    freshness: guess(usualFreshness, 'usual'),
    columns: Object.fromEntries(shared.map((column) => [column, { column }])),
  };
}

function undeclared({ columns }: OldTable, bookkeeping: readonly string[], declared: readonly string[]): string {
  const left = columns.filter((column) => !bookkeeping.includes(column) && !declared.includes(column));
  if (left.length === 0) return '';
  return `; P3.columns fails until these are given a column or dropped with a reason: ${left.join(', ')}`;
}

function deviceOf({ columns }: OldTable): string | undefined {
  return columns.find((column) => deviceNames.test(column));
}

function bookkeepingOf(table: OldTable): string[] {
  return [table.timeColumn, deviceOf(table)].filter((column) => column !== undefined);
}

/** The one stream that has more columns of the same names than any other, or else the one that is named like the table. */
function likeStream(table: OldTable, streams: readonly NewStream[]): Pick<Match, 'stream' | 'why'> | undefined {
  const bookkeeping = bookkeepingOf(table);
  const own = table.columns.filter((column) => !bookkeeping.includes(column));
  const shared = (stream: NewStream) => own.filter((column) => stream.columns.has(column)).length;
  const byColumns = onlyBest(streams, shared);
  if (byColumns !== undefined)
    return { stream: byColumns, why: `${shared(byColumns)} of ${own.length} columns have the same name` };
  if (streams.some((stream) => shared(stream) > 0)) return undefined;
  const byName = onlyBest(streams, (stream) => likeness(table.table, stream.name));
  return byName && { stream: byName, why: 'its table is named like it' };
}

/** The one with the highest score above 0; undefined where several have it. */
function onlyBest<T>(all: readonly T[], score: (one: T) => number): T | undefined {
  const best = Math.max(0, ...all.map(score));
  const [first, ...others] = best === 0 ? [] : all.filter((one) => score(one) === best);
  return others.length === 0 ? first : undefined;
}

/** Half of its columns and more are named like the new ones. */
function settingsTable(tables: readonly OldTable[], { device, columns }: NewSettings): OldTable | undefined {
  return tables.find(
    (table) =>
      !table.isSeries &&
      table.columns.includes(device) &&
      columns.filter((column) => table.columns.includes(column)).length * 2 >= columns.length,
  );
}

/** Each table's topic: those whose names are most alike first, and where one of each is left, that one. */
function matchTopics(tables: readonly OldTable[], topics: readonly string[]): ReadonlyMap<string, Marked> {
  const pairs = tables.flatMap(({ table }) => topics.map((topic) => ({ table, topic, score: likeness(table, topic) })));
  const found = new Map<string, Marked>();
  const taken = new Set<string>();
  for (const { table, topic, score } of pairs.toSorted((a, b) => b.score - a.score)) {
    if (score === 0 || found.has(table) || taken.has(topic)) continue;
    found.set(table, guess(topic, 'its table is named like it'));
    taken.add(topic);
  }
  const tablesLeft = tables.filter(({ table }) => !found.has(table));
  const topicsLeft = topics.filter((topic) => !taken.has(topic));
  const [table, topic] = [tablesLeft[0], topicsLeft[0]];
  if (table !== undefined && topic !== undefined && tablesLeft.length === 1 && topicsLeft.length === 1)
    found.set(table.table, guess(topic, 'the only old topic that no other table is named like'));
  return found;
}

/** From 0 to 1: the share of words that two names have in common; a little more where they begin with the same one. */
export function likeness(one: string, other: string): number {
  const [a, b] = [words(one), words(other)];
  const common = a.filter((word) => b.includes(word)).length;
  const all = new Set([...a, ...b]).size;
  if (common === 0) return 0;
  return (common / all) * (a[0] === b[0] ? 1 : 0.9);
}

function words(name: string): string[] {
  return [...new Set(name.toLowerCase().split(/[^a-z0-9]+/))].filter((word) => word !== '');
}
