import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresInstance } from './instance.ts';

let cacheDirectory: string;
let instance: PostgresInstance;
const logged: string[] = [];

const sql = [
  'CREATE EXTENSION IF NOT EXISTS timescaledb',
  `CREATE ROLE verifier LOGIN PASSWORD 'look' IN ROLE pg_monitor`,
  `CREATE TABLE reading (time timestamptz NOT NULL, device text, value int);
   SELECT create_hypertable('reading', 'time');
   SELECT add_retention_policy('reading', INTERVAL '90 days');
   GRANT SELECT ON ALL TABLES IN SCHEMA public TO verifier`,
];

const start = () =>
  PostgresInstance.start({ database: 'telemetry', timescale: true, password: 'all', sql, cacheDirectory });

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'postgres-cache-'));
  instance = await start();
  instance.onLog = (line) => logged.push(line);
}, 60_000);

afterAll(async () => {
  await instance[Symbol.asyncDispose]();
  await rm(cacheDirectory, { recursive: true });
});

async function connect(
  user = 'postgres',
  password = 'all',
  database = 'telemetry',
  to = instance,
  from: { readonly address?: string; readonly program?: string } = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    user,
    password,
    database,
    application_name: from.program ?? 'test',
    stream: () => {
      const [near, far] = duplexPair();
      to.accept(Object.assign(far, { remoteAddress: from.address }));
      const self = () => near;
      return Object.assign(near, {
        connect: () => queueMicrotask(() => near.emit('connect')),
        setNoDelay: self,
        setKeepAlive: self,
        ref: self,
        unref: self,
      });
    },
  });
  await client.connect();
  return client;
}

test('a wrong password and an unknown database are refused with the codes of the real server', async () => {
  await expect(connect('postgres', 'wrong')).rejects.toMatchObject({ code: '28P01' });
  await expect(connect('nobody', 'x')).rejects.toMatchObject({ code: '28P01' });
  await expect(connect('postgres', 'all', 'other')).rejects.toMatchObject({ code: '3D000' });
});

test('the database is named as asked, and its hypertable has a retention job', async () => {
  const client = await connect();
  const { rows } = await client.query(
    `SELECT current_database() AS database, config->>'drop_after' AS age FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'`,
  );
  expect(rows).toEqual([{ database: 'telemetry', age: '90 days' }]);
  await client.end();
});

test('each client has the rights of its own role, whatever came between', async () => {
  const [admin, reader] = [await connect(), await connect('verifier', 'look')];
  await admin.query(`INSERT INTO reading VALUES (now(), 'a', 1)`);
  await expect(reader.query(`INSERT INTO reading VALUES (now(), 'a', 2)`)).rejects.toMatchObject({ code: '42501' });
  await admin.query(`INSERT INTO reading VALUES (now(), 'a', 3)`);
  expect((await reader.query('SELECT current_user, count(*)::int AS count FROM reading')).rows).toEqual([
    { current_user: 'verifier', count: 2 },
  ]);
  await Promise.all([admin.end(), reader.end()]);
});

test('a transaction keeps others out until it ends, and one that is left behind is rolled back', async () => {
  const [first, second] = [await connect(), await connect()];
  await first.query('BEGIN');
  await first.query(`INSERT INTO reading VALUES (now(), 'left-behind', 1)`);
  const waiting = second.query(`SELECT count(*)::int AS count FROM reading WHERE device = 'left-behind'`);
  await first.end();
  expect((await waiting).rows).toEqual([{ count: 0 }]);
  await second.end();
});

test('COPY FROM STDIN is refused and the server lives on; errors reach the log with their statement', async () => {
  const client = await connect();
  await expect(client.query('COPY reading FROM STDIN')).rejects.toMatchObject({ code: '0A000' });
  await expect(client.query('SELECT * FROM nothing_here')).rejects.toMatchObject({ code: '42P01' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  expect(
    logged.some((line) => /UTC \[\d+\] ERROR: {2}relation "nothing_here" does not exist at character 15/.test(line)),
  ).toBe(true);
  expect(logged.some((line) => /STATEMENT: {2}SELECT \* FROM nothing_here/.test(line))).toBe(true);
});

test('a frozen server answers nothing, and goes on when thawed', async () => {
  const client = await connect();
  instance.freeze();
  let answered = false;
  const query = client.query('SELECT 1').then(() => {
    answered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answered).toBe(false);
  instance.thaw();
  await query;
  await client.end();
});

test('a second start comes from the cache and holds what the SQL made, without what clients wrote since', async () => {
  expect((await readdir(cacheDirectory)).sort()).toEqual([
    expect.stringMatching(/^initdb-.+\.tar$/),
    expect.stringMatching(/^telemetry-[0-9a-f]{16}-0\.tar$/),
  ]);
  await using second = await start();
  expect(await readdir(cacheDirectory)).toHaveLength(2);
  const client = await connect('postgres', 'all', 'telemetry', second);
  await client.query(`INSERT INTO reading VALUES (now(), 'b', 1)`);
  expect((await client.query('SELECT device FROM reading')).rows).toEqual([{ device: 'b' }]);
  await client.end();
}, 30_000);

test('pg_stat_activity shows every session by its user, program and address, under an alias too', async () => {
  const client = await connect('verifier', 'look', 'telemetry', instance, {
    address: '10.42.0.99',
    program: 'dashboard',
  });
  const sql = `SELECT a.usename, host(a.client_addr) AS address FROM pg_stat_activity a WHERE application_name = $1`;
  expect((await client.query(sql, ['dashboard'])).rows).toEqual([{ usename: 'verifier', address: '10.42.0.99' }]);
  await client.end();
  const other = await connect();
  expect((await other.query(sql, ['dashboard'])).rows).toEqual([]);
  await other.end();
});
