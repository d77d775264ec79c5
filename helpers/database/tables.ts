import { Unobservable } from '../unobservable.ts';
import { hasTimescale } from './hypertables.ts';
import type { TableCount, TableState } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';

/** A table of so many rows is scanned for its newest one where no index leads to it. */
const scannedRows = 100_000;

interface CatalogRow {
  schema: string;
  name: string;
  columns: string[] | null;
  indexed: string[] | null;
  key: string[] | null;
  dimension: string | null;
  inserted: number;
  changed: number;
  estimate: number;
  bytes: number;
}

/**
 * The tables that somebody made in a database, by its catalog, so that none needs naming: each with its newest row and
 * how many rows were written since statistics began. The newest is found by an index probe where the time column has an
 * index, by a scan of a small table, and not at all of a large one. Nothing is counted.
 * The time column is a hypertable's own, else the first timestamptz with an index, else the only timestamptz.
 *
 * @param database its name in migration.yaml, or `old`
 * Throws `Unobservable`.
 */
export async function observeTables(db: Queries, database: string): Promise<TableState[]> {
  const tables = await catalog(db);
  const states: TableState[] = [];
  for (const table of tables) states.push(await tableState(db, database, table));
  return states;
}

async function tableState(db: Queries, database: string, table: CatalogRow): Promise<TableState> {
  const columns = table.columns ?? [];
  const indexed = columns.filter((column) => table.indexed?.includes(column));
  const timeColumn = table.dimension ?? indexed[0] ?? (columns.length === 1 ? columns[0] : undefined);
  const canTell = timeColumn !== undefined && (table.indexed?.includes(timeColumn) || table.estimate <= scannedRows);
  const newest = canTell ? `(SELECT max(${identifier(timeColumn)}) FROM ${qualified(table)})` : 'NULL';
  const [answer] = await db.query<{ now: string; newest: string | null; age: number | null }>(
    `SELECT ${isoText('t.now')} AS now, ${isoText('t.newest')} AS newest,
            extract(epoch FROM t.now - t.newest)::float8 AS age
       FROM (SELECT clock_timestamp() AS now, ${newest}::timestamptz AS newest) t`,
  );
  return {
    database,
    table: table.schema === 'public' ? table.name : `${table.schema}.${table.name}`,
    databaseNow: answer?.now ?? '',
    insertedRows: table.inserted,
    changedRows: table.changed,
    sizeBytes: table.bytes,
    ...(canTell ? { timeColumn } : {}),
    // A row that is found by another key is written over: its time says when it changed last.
    isSeries: canTell && (table.dimension !== null || table.key === null || table.key.includes(timeColumn)),
    ...(answer?.newest == null || answer.age === null ? {} : { newestAt: answer.newest, newestAgeSeconds: answer.age }),
  };
}

/**
 * As `observeTables`, with its oldest row, and with how many rows each has: counted, or, where the database does not get through within a
 * query's deadline, as the planner estimates it, and said so. For an act that somebody waits for, not for a criterion.
 */
export async function countTables(db: Queries, database: string): Promise<TableCount[]> {
  const states = await observeTables(db, database);
  const counts: TableCount[] = [];
  for (const state of states)
    counts.push({ ...state, ...(await rowsOf(db, state.table)), ...(await oldestOf(db, state)) });
  return counts;
}

async function oldestOf(
  db: Queries,
  { table, timeColumn, newestAt }: TableState,
): Promise<Pick<TableCount, 'oldestAt'>> {
  if (timeColumn === undefined || newestAt === undefined) return {};
  const oldest = isoText(`min(${identifier(timeColumn)})`);
  const [row] = await db.query<{ oldest: string | null }>(`SELECT ${oldest} AS oldest FROM ${tableName(table)}`);
  return row?.oldest == null ? {} : { oldestAt: row.oldest };
}

async function rowsOf(db: Queries, table: string): Promise<Pick<TableCount, 'rows' | 'exact'>> {
  const name = tableName(table);
  try {
    const [row] = await db.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${name}`);
    return { rows: row?.rows ?? 0, exact: true };
  } catch (error) {
    if (!(error instanceof Unobservable) || error.kind !== 'timeout') throw error;
    const [row] = await db.query<{ rows: number }>(
      (await hasTimescale(db))
        ? `SELECT approximate_row_count($1::regclass)::float8 AS rows`
        : `SELECT greatest(reltuples, 0)::float8 AS rows FROM pg_class WHERE oid = $1::regclass`,
      [name],
    );
    return { rows: Math.round(row?.rows ?? 0), exact: false };
  }
}

/** A hypertable's rows lie in its chunks: what is counted is counted over both. */
async function catalog(db: Queries): Promise<CatalogRow[]> {
  const dimensions = (await hasTimescale(db))
    ? `SELECT hypertable_schema AS schema, hypertable_name AS name, column_name::text AS dimension
         FROM timescaledb_information.dimensions WHERE dimension_number = 1 AND dimension_type = 'Time'`
    : `SELECT NULL::name AS schema, NULL::name AS name, NULL::text AS dimension WHERE false`;
  return db.query<CatalogRow>(
    `WITH dimensions AS (${dimensions}),
          tables AS (
            SELECT c.oid, n.nspname AS schema, c.relname AS name, d.dimension
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN dimensions d ON d.schema = n.nspname AND d.name = c.relname
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND n.nspname !~ '^(pg_|_?timescaledb)' AND n.nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
          ),
          parts AS (
            SELECT oid AS root, oid AS part FROM tables
            UNION ALL SELECT i.inhparent, i.inhrelid FROM pg_inherits i JOIN tables ON tables.oid = i.inhparent
          ),
          written AS (
            SELECT p.root, sum(coalesce(s.n_tup_ins, 0))::float8 AS inserted,
                   sum(coalesce(s.n_tup_upd, 0) + coalesce(s.n_tup_del, 0))::float8 AS changed,
                   sum(greatest(c.reltuples, 0))::float8 AS estimate, sum(pg_total_relation_size(p.part))::float8 AS bytes
              FROM parts p JOIN pg_class c ON c.oid = p.part LEFT JOIN pg_stat_all_tables s ON s.relid = p.part
             GROUP BY p.root
          )
     SELECT t.schema::text AS schema, t.name::text AS name, t.dimension, w.inserted, w.changed, w.estimate, w.bytes,
            (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
              WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'timestamptz'::regtype) AS columns,
            (SELECT array_agg(DISTINCT a.attname::text) FROM pg_index x
               JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
              WHERE x.indrelid = t.oid AND x.indisvalid) AS indexed,
            (SELECT array_agg(a.attname::text) FROM pg_index x
               JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
              WHERE x.indrelid = t.oid AND x.indisprimary) AS key
       FROM tables t JOIN written w ON w.root = t.oid
      ORDER BY 1, 2`,
  );
}

function qualified({ schema, name }: CatalogRow): string {
  return `${identifier(schema)}.${identifier(name)}`;
}
