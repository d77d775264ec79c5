import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of the bench's own on a server, dropped when this is disposed of. */
export interface BenchDatabase extends AsyncDisposable {
  readonly client: pg.Client;
}

/** Makes one on the server of a DSN whose role may create databases. Throws when the server has no TimescaleDB. */
export async function benchDatabase(dsn: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await using undo = new AsyncDisposableStack();
  const server = new pg.Client(dsn);
  await server.connect();
  undo.defer(() => server.end());
  await server.query(`CREATE DATABASE ${name}`);
  undo.defer(async () => {
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
  const own = new URL(dsn);
  own.pathname = `/${name}`;
  const client = new pg.Client(own.href);
  await client.connect();
  undo.defer(() => client.end());
  await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  const done = undo.move();
  return { client, [Symbol.asyncDispose]: () => done.disposeAsync() };
}

export interface GeneratedTable {
  readonly table: string;
  /** The column of time; the table becomes a hypertable on it, with TimescaleDB's own chunks. */
  readonly time: string;
  /** Every other column with its type, and its value as SQL over `i`, which counts the rows from 0. */
  readonly columns: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** Columns of indexes, as SQL: `device_id, time DESC`. */
  readonly indexes: readonly string[];
}

/**
 * Fills a new hypertable with so many rows, evenly over the days before now, oldest first. Indexes are made afterwards,
 * which takes half the time, and the table is vacuumed as autovacuum would have it.
 */
export async function generateRows(
  client: pg.Client,
  { table, time, columns, indexes }: GeneratedTable,
  { rows, days }: { readonly rows: number; readonly days: number },
): Promise<void> {
  const names = Object.keys(columns);
  const types = names.map((name) => `${name} ${columns[name]?.type}`);
  await client.query(`CREATE TABLE ${table} (${[`${time} timestamptz NOT NULL`, ...types].join(', ')})`);
  await client.query(`SELECT create_hypertable('${table}', '${time}', create_default_indexes => false)`);
  const values = names.map((name) => columns[name]?.value);
  const secondsApart = (days * 86_400) / rows;
  const at = `now() - make_interval(secs => ${days * 86_400} - i * ${secondsApart})`;
  await client.query(
    `INSERT INTO ${table} (${[time, ...names].join(', ')})
     SELECT ${[at, ...values].join(', ')} FROM generate_series(0, ${rows - 1}) i`,
  );
  for (const index of [`${time} DESC`, ...indexes]) await client.query(`CREATE INDEX ON ${table} (${index})`);
  await client.query(`VACUUM (ANALYZE) ${table}`);
}
