import { type Json, sinkMappings } from '../programs/connect/mappings.ts';
import { type OldTopic, oldRow, oldTables } from '../programs/old/records.ts';
import { settingsChangedMs } from './readings.ts';
import { type NewTopic, newRecords, oldSamples, type RecordHistory } from './records.ts';
import { cutoverMs, type HistoryOf } from './state.ts';
import { streamColumns } from './stream-columns.ts';

export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  rows(): Iterable<readonly unknown[]>;
}

/** What of a table's rows a state's past does not have: the old system's from when it was cut off. */
export interface UnheardRows {
  readonly table: string;
  readonly timeColumn: string;
  readonly fromMs: number;
}

/** What has to go from a database that was loaded as if both systems had run all the time. */
export function unheardRows({ database, ...of }: { readonly database: string } & HistoryOf): UnheardRows[] {
  const fromMs = cutoverMs(of);
  if (database !== 'timescaledb' || fromMs === undefined) return [];
  const growing = ['heatpump-telemetry', 'energy-realtime', 'sensor-state'] as const;
  return growing.map((topic) => ({ table: oldTables[topic].table, timeColumn: 'ts', fromMs }));
}

/** A part of the past: all of it unless bounded, `fromMs` included and `toMs` not. */
export interface Span {
  readonly fromMs?: number;
  readonly toMs?: number;
}

type RowsOf = HistoryOf & Span;

/**
 * The rows of eight days for one database (telemetry, heatpump_settings, timescaledb), each table's oldest first. Tables
 * that do not grow hold what is so now: they come with the part that has no end.
 */
export function historyRows({ database, ...of }: { readonly database: string } & RowsOf): Iterable<TableRows> {
  return databases[database]?.(of) ?? [];
}

const databases: Readonly<Record<string, (of: RowsOf) => TableRows[]>> = {
  telemetry: (of) => [
    newTable('homelab-energy-realtime', 'energy_consumption', of),
    newTable('homelab-heatpump-telemetry', 'heatpump_status', of),
    newTable('homelab-temperature-indoor', 'temperature_sensors', of),
    newTable('homelab-temperature-outdoor', 'temperature_sensors', of),
  ],
  heatpump_settings: (of) => {
    if (of.toMs !== undefined) return [];
    const past = newRecords('homelab-heatpump-telemetry', of);
    const columns = [...streamColumns('settings'), 'updated_at'];
    return [{ table: 'settings', columns, rows: () => [[...mapped('settings', lastOf(past)), settingsSince(past)]] }];
  },
  timescaledb: (of) => [
    ...(['heatpump-telemetry', 'energy-realtime', 'sensor-state'] as const).map((topic) => oldTable(topic, of)),
    ...(of.toMs === undefined ? [oldSettings(of)] : []),
  ],
};

function newTable(topic: NewTopic, table: string, of: RowsOf): TableRows {
  const past = newRecords(topic, of);
  return { table, columns: streamColumns(table), rows: () => eachRow(past, of, (record) => mapped(table, record)) };
}

function oldTable(topic: OldTopic, of: RowsOf): TableRows {
  const past = oldSamples(topic, of);
  return { ...oldTables[topic], rows: () => eachRow(past, of, (record) => oldRow(topic, record)) };
}

function oldSettings(of: HistoryOf): TableRows {
  const { table, columns } = oldTables['heatpump-settings'];
  const past = oldSamples('heatpump-settings', of);
  const row = () => [...oldRow('heatpump-settings', lastOf(past)), settingsSince(past)];
  return { table, columns: [...columns, 'updated_at'], rows: () => [row()] };
}

function* eachRow(
  past: RecordHistory,
  { fromMs = 0, toMs = Number.POSITIVE_INFINITY }: Span,
  row: (record: Json) => unknown[],
): Generator<unknown[]> {
  for (let index = firstIndexFrom(past, fromMs); index < past.count && past.timeMs(index) < toMs; index++)
    yield row(past.record(index));
}

/** The index of the first record at or after the time; times grow with the index. */
function firstIndexFrom(past: RecordHistory, timeMs: number): number {
  let [low, high] = [0, past.count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (past.timeMs(middle) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mapped(table: string, record: Json): unknown[] {
  const mapping = sinkMappings[table];
  if (!mapping) throw new Error(`no mapping for table ${table}`);
  return mapping(record);
}

function lastOf(past: RecordHistory): Json {
  return past.record(past.count - 1);
}

function settingsSince(past: RecordHistory): Date {
  return new Date(settingsChangedMs(past.timeMs(past.count - 1)));
}
