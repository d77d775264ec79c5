import type { StreamConfig } from '../config/schema.ts';
import type { StreamRows } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';
import { requireColumns, requireTable, tableShape } from './table.ts';

export type RowsConfig = StreamConfig['rows'];

/**
 * The newest row of a stream, by its own rows where it shares a table, against the database's clock: a negative age is a
 * row stamped in the future. One row is read by the index on time; nothing is counted. A table that is not there is
 * `exists: false`. Throws `Unobservable` when a configured column is missing or the database does not answer.
 */
export async function observeStreamRows(
  db: Queries,
  stream: string,
  rows: OwnRows & Pick<RowsConfig, 'database'>,
): Promise<StreamRows> {
  const place = { stream, database: rows.database, table: rows.table };
  const shape = await tableShape(db, rows.table);
  if (shape === undefined) return { ...place, exists: false, databaseNow: await databaseNow(db) };
  requireColumns(shape, [rows.time, ...Object.keys(rows.where)]);
  const time = identifier(rows.time);
  const own = ownRows(rows);
  const [answer] = await db.query<{ now: string; newest: string | null; age: number | null }>(
    `SELECT ${isoText('clock.now')} AS now, ${isoText('newest.time')} AS newest,
            extract(epoch FROM clock.now - newest.time)::float8 AS age
       FROM (SELECT clock_timestamp() AS now) clock
       LEFT JOIN LATERAL (
         SELECT ${time} AS time FROM ${tableName(rows.table)} WHERE ${own.condition} ORDER BY ${time} DESC LIMIT 1
       ) newest ON true`,
    own.parameters,
  );
  return {
    ...place,
    exists: true,
    databaseNow: answer?.now ?? '',
    ...(answer?.newest == null || answer.age === null ? {} : { newestAt: answer.newest, newestAgeSeconds: answer.age }),
  };
}

/** What tells the rows of a stream of either system: its table, its time and what sets them apart in a shared table. */
export type OwnRows = Pick<RowsConfig, 'table' | 'time' | 'where'>;

/** When a stream's oldest row is stamped, by the index on time; undefined without any. Throws as `observeStreamRows`. */
export async function oldestRow(db: Queries, rows: OwnRows): Promise<Date | undefined> {
  requireColumns(await requireTable(db, rows.table), [rows.time, ...Object.keys(rows.where)]);
  const time = identifier(rows.time);
  const own = ownRows(rows);
  const [answer] = await db.query<{ at: string }>(
    `SELECT ${isoText(time)} AS at FROM ${tableName(rows.table)} WHERE ${own.condition} ORDER BY ${time} LIMIT 1`,
    own.parameters,
  );
  return answer && new Date(answer.at);
}

/** Rows of a stream within [from, to). Throws as `observeStreamRows`. */
export async function countRows(
  db: Queries,
  rows: OwnRows,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<number> {
  const time = identifier(rows.time);
  const own = ownRows(rows);
  const [after, before] = [own.parameters.length + 1, own.parameters.length + 2];
  const [answer] = await db.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${tableName(rows.table)}
      WHERE ${own.condition} AND ${time} >= $${after}::timestamptz AND ${time} < $${before}::timestamptz`,
    [...own.parameters, from.toISOString(), to.toISOString()],
  );
  return answer?.count ?? 0;
}

/** The condition that tells a stream's rows from others in its table, and its parameters from $1 on. */
export function ownRows(rows: Pick<RowsConfig, 'where' | 'time'>): {
  condition: string;
  parameters: readonly string[];
} {
  const where = Object.entries(rows.where);
  // Time is not null in every row; it is said so that ORDER BY … DESC never meets a null first.
  const conditions = where.map(([column], index) => `${identifier(column)} = $${index + 1}`);
  return {
    condition: [...conditions, `${identifier(rows.time)} IS NOT NULL`].join(' AND '),
    parameters: where.map(([, value]) => value),
  };
}

async function databaseNow(db: Queries): Promise<string> {
  const [answer] = await db.query<{ now: string }>(`SELECT ${isoText('clock_timestamp()')} AS now`);
  return answer?.now ?? '';
}
