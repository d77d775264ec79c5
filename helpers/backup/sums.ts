import { identifier, isoText, type Queries, tableName } from '../database/sql.ts';
import { observeVersion } from '../doctor/observe/database.ts';
import type { DatabaseSums, TableSums } from './observed.ts';

/**
 * How values become text: the same on every server, whatever it is set to. For one transaction; the text of a number is
 * then the shortest that gives the number back.
 */
const asText = `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
  SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`;

/** Tables of the user's own, with their columns: neither of an extension, nor chunks, nor partitions. */
const tablesSql = `
  SELECT n.nspname AS schema, c.relname AS name,
         (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
         (SELECT a.attname::text FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype) ORDER BY a.attnum LIMIT 1) AS time
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$|_?timescaledb_)'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY n.nspname, c.relname`;

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly time: string | null;
}

/** Up to which time of each table, ISO 8601, rows are looked at; a table that is not named is looked at whole. */
export type UpTo = Readonly<Record<string, string>>;

/**
 * What every table of the user's holds: rows, time range, and a sum for each column. Reads every row once, so it takes
 * about as long as a dump. The session has to be within a transaction, for its snapshot is what the sums are of.
 *
 * The hash is `hashtextextended`, on which hash indexes and partitions rest: it is the same in every version that
 * pg_upgrade carries them over to.
 */
export async function observeSums(session: Queries, upTo: UpTo = {}): Promise<DatabaseSums> {
  await session.query(asText);
  const [clock] = await session.query<{ at: string }>(`SELECT ${isoText('now()')} AS at`);
  const version = await observeVersion(session);
  const tables: TableSums[] = [];
  for (const row of await session.query<TableRow>(tablesSql)) tables.push(await tableSums(session, row, upTo));
  return { at: clock?.at ?? '', version, tables };
}

/** Every table of the user's with its newest row: by the time column's index where there is one. */
export async function observeNewest(db: Queries): Promise<Pick<TableSums, 'table' | 'newestAt'>[]> {
  const newest: Pick<TableSums, 'table' | 'newestAt'>[] = [];
  for (const { schema, name, time } of await db.query<TableRow>(tablesSql)) {
    const table = nameOf(schema, name);
    const [row] =
      time === null
        ? []
        : await db.query<{ newest: string | null }>(
            `SELECT ${isoText(`max(${identifier(time)})`)} AS newest FROM ${tableName(table)}`,
          );
    newest.push({ table, ...(row?.newest ? { newestAt: row.newest } : {}) });
  }
  return newest;
}

function nameOf(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

async function tableSums(session: Queries, { schema, name, columns, time }: TableRow, upTo: UpTo): Promise<TableSums> {
  const table = nameOf(schema, name);
  const seed = time === null ? '0' : `hashtextextended(coalesce(${identifier(time)}::text, ''), 0)`;
  const names = columns ?? [];
  const sums = names.flatMap((column, index) => [
    `count(${identifier(column)})::text AS filled_${index}`,
    `coalesce(sum(hashtextextended(${identifier(column)}::text COLLATE "C", row_seed)), 0)::text AS sum_${index}`,
  ]);
  const range =
    time === null
      ? []
      : [`${isoText(`min(${identifier(time)})`)} AS oldest`, `${isoText(`max(${identifier(time)})`)} AS newest`];
  const limit = upTo[table];
  const where =
    limit === undefined || time === null
      ? ''
      : `WHERE date_trunc('milliseconds', ${identifier(time)}) <= $1::timestamptz`;
  const [answer] = await session.query<Record<string, string | null>>(
    `SELECT ${['count(*)::text AS row_count', ...range, ...sums].join(', ')}
       FROM (SELECT *, ${seed} AS row_seed FROM ${tableName(table)} ${where} OFFSET 0) AS rows`,
    where === '' ? [] : [limit],
  );
  const { oldest, newest } = answer ?? {};
  return {
    table,
    rowCount: Number(answer?.row_count),
    ...(time === null ? {} : { timeColumn: time }),
    ...(oldest ? { oldestAt: oldest } : {}),
    ...(newest ? { newestAt: newest } : {}),
    columns: Object.fromEntries(
      names.map((column, index) => [
        column,
        { filledCount: Number(answer?.[`filled_${index}`]), checksum: answer?.[`sum_${index}`] ?? '' },
      ]),
    ),
  };
}
