import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair, Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restore, statementsOnly } from '../../../../helpers/backup/restore.ts';
import { observeSums } from '../../../../helpers/backup/sums.ts';
import { queries } from '../../../../helpers/scratch-database/queries.ts';
import { testContainer } from '../../testing/container.ts';
import { PostgresInstance } from '../instance.ts';
import { pgDump } from './pg-dump.ts';

let cacheDirectory: string;
let source: PostgresInstance;
let empty: PostgresInstance;

const start = (sql: readonly string[]) =>
  PostgresInstance.start({ database: 'timescaledb', timescale: true, password: 'all', sql, cacheDirectory });

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'pg-dump-'));
  const extension = 'CREATE EXTENSION IF NOT EXISTS timescaledb';
  empty = await start([extension]);
  source = await start([
    extension,
    `CREATE ROLE verifier LOGIN PASSWORD 'look' IN ROLE pg_monitor`,
    `CREATE TABLE heatpump (ts timestamptz NOT NULL, device text, celsius double precision, isOn boolean DEFAULT true);
     SELECT create_hypertable('heatpump', 'ts', chunk_time_interval => interval '1 day');
     CREATE UNIQUE INDEX heatpump_once ON heatpump (device, ts);
     CREATE TABLE settings (device text PRIMARY KEY, note text);
     INSERT INTO settings VALUES ('a', E'it''s; -- \\\\ $$\\n'), ('b', NULL);
     INSERT INTO heatpump SELECT t, 'å', CASE WHEN extract(hour FROM t) = 3 THEN 'NaN' ELSE random() END
       FROM generate_series('2026-11-01'::timestamptz, '2026-11-12', '5 minutes') t;
     GRANT SELECT ON ALL TABLES IN SCHEMA public TO verifier`,
  ]);
}, 300_000);

afterAll(async () => {
  await Promise.all([source, empty].map((each) => each?.[Symbol.asyncDispose]()));
  await rm(cacheDirectory, { recursive: true });
});

function socketTo(instance: PostgresInstance) {
  const [near, far] = duplexPair();
  instance.accept(far);
  return near;
}

async function connect(instance: PostgresInstance, user = 'postgres', password = 'all'): Promise<pg.Client> {
  const near = socketTo(instance);
  const itself = () => near;
  const stream = Object.assign(near, {
    connect: () => queueMicrotask(() => near.emit('connect')),
    setNoDelay: itself,
    setKeepAlive: itself,
    ref: itself,
    unref: itself,
  });
  const client = new pg.Client({ user, password, database: 'timescaledb', stream: () => stream });
  await client.connect();
  return client;
}

function dump(...args: string[]) {
  const local = () => ({ socket: socketTo(source), password: source.localSecret });
  return testContainer().exec(pgDump('timescaledb', { local }), args);
}

const bytes = (sql: string) => Readable.from([Buffer.from(sql)]);

test('a dump restores into an empty database with the same tables, rows and values', async () => {
  const { code, stdout } = await dump('-U', 'postgres', '-d', 'timescaledb');
  expect(code).toBe(0);
  const [from, into] = [await connect(source), await connect(empty)];
  const signal = AbortSignal.timeout(60_000);
  const { leftOut } = await restore(bytes(stdout), statementsOnly(queries(into)), { isTimescale: false, signal });
  // The role of the grants is not there.
  expect(leftOut).toBe(2);
  const sums = async (client: pg.Client) => {
    await client.query('BEGIN');
    const { tables } = await observeSums(queries(client));
    await client.query('COMMIT');
    return tables;
  };
  const there = await sums(into);
  expect(there).toEqual(await sums(from));
  expect(there.map(({ table, rowCount }) => [table, rowCount])).toEqual([
    ['heatpump', 3169],
    ['settings', 2],
  ]);
  const { rows } = await into.query('SELECT hypertable_name, num_chunks FROM timescaledb_information.hypertables');
  expect(rows).toEqual([{ hypertable_name: 'heatpump', num_chunks: '12' }]);
  await Promise.all([from.end(), into.end()]);
}, 60_000);

describe('under a snapshot that a session exported', () => {
  test('the dump has what that session sees, whatever others write meanwhile', async () => {
    const [reader, writer] = [await connect(source, 'verifier', 'look'), await connect(source)];
    await reader.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await reader.query('SELECT pg_export_snapshot() AS snapshot');
    const written = writer.query(`INSERT INTO settings VALUES ('written meanwhile', NULL)`);
    const { code, stdout } = await dump('-U', 'postgres', `--snapshot=${rows[0].snapshot}`, 'timescaledb');
    expect(code).toBe(0);
    expect(stdout).not.toContain('written meanwhile');
    // Its session goes on in its own role, and its transaction with what it saw.
    const seen = await reader.query('SELECT current_user, count(*)::int AS count FROM settings');
    expect(seen.rows).toEqual([{ current_user: 'verifier', count: 2 }]);
    await reader.query('COMMIT');
    await written;
    expect((await dump('-U', 'postgres', 'timescaledb')).stdout).toContain('written meanwhile');
    await writer.query(`DELETE FROM settings WHERE device = 'written meanwhile'`);
    await Promise.all([reader.end(), writer.end()]);
  });

  test('one that nobody exported is refused', async () => {
    const { code, stderr } = await dump('-U', 'postgres', '--snapshot=00000000-00000001-1', 'timescaledb');
    expect(code).toBe(1);
    expect(stderr).toContain('pg_dump: error: query failed: ERROR:  snapshot "00000000-00000001-1" does not exist');
  });
});

test('the plan’s own command dumps the database postgres, in which nothing is', async () => {
  const { code, stdout } = await dump('-U', 'postgres');
  expect(code).toBe(0);
  expect(stdout).toContain('PostgreSQL database dump complete');
  expect(stdout).not.toContain('CREATE TABLE');
});

test('what it cannot do it refuses, in pg_dump’s words', async () => {
  expect(await dump('-U', 'postgres', '-d', 'other')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('FATAL:  database "other" does not exist'),
  });
  expect(await dump('--jobs', '4')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`unrecognized option '--jobs'`),
  });
  expect(await dump('-Fc')).toMatchObject({ code: 1, stderr: expect.stringContaining('plain format alone') });
});
