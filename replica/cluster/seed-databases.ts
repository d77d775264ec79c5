import type pg from 'pg';
import type { Migration } from '../../helpers/config/schema.ts';
import { historyRows, type TableRows } from '../embedded/history/rows.ts';
import type { HistoryOf } from '../embedded/history/state.ts';
import type { Cluster } from './cluster.ts';
import { connectSuperuser } from './superuser.ts';

/** Rows that one statement carries: some megabytes of JSON. */
const rowsAtOnce = 5_000;

/** Loads the past into the three databases, whose tables are there and empty. Returns the number of rows. */
export async function seedDatabases(
  { target, core }: Cluster,
  migration: Migration,
  history: HistoryOf,
  signal: AbortSignal,
): Promise<number> {
  const loads = [...Object.values(migration.new.databases), migration.old.database].map(async (place) => {
    const client = await connectSuperuser(target, core, place);
    try {
      let count = 0;
      for (const table of historyRows({ database: place.database, ...history }))
        count += await load(client, table, signal);
      return count;
    } finally {
      await client.end();
    }
  });
  return (await Promise.all(loads)).reduce((sum, count) => sum + count, 0);
}

async function load(client: pg.Client, { table, columns, rows }: TableRows, signal: AbortSignal): Promise<number> {
  const list = columns.join(', ');
  const insert = `insert into ${table} (${list}) select ${list} from json_populate_recordset(null::${table}, $1)`;
  let count = 0;
  for (const part of parts(rows(), rowsAtOnce)) {
    signal.throwIfAborted();
    const objects = part.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
    await client.query(insert, [JSON.stringify(objects)]);
    count += part.length;
  }
  return count;
}

/** The items in their order, so many at a time. */
export function* parts<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let part: T[] = [];
  for (const item of items) {
    part.push(item);
    if (part.length < size) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
