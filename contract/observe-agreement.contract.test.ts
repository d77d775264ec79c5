import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseMigration } from '../helpers/config/load.ts';
import type { OldStreamConfig } from '../helpers/config/sections/old-streams.ts';
import { observeCatalog } from '../helpers/database/catalog.ts';
import { observeDevices } from '../helpers/database/devices.ts';
import { nearRows } from '../helpers/database/near-rows.ts';
import type { OldSample } from '../helpers/database/observed.ts';
import { readOldSamples } from '../helpers/database/old-samples.ts';
import { rowTimes } from '../helpers/database/row-times.ts';
import type { Queries } from '../helpers/database/sql.ts';
import { oldestRow, type RowsConfig } from '../helpers/database/stream-rows.ts';
import { compareStream } from '../helpers/spec/observe/compare-streams.ts';
import { postgresSubjects } from './postgres-subjects.ts';
import { rolledBack } from './rolled-back.ts';
import { contract } from './suite.ts';

const { agreement } = parseMigration(readFileSync('migration.yaml', 'utf8'), 'migration.yaml');
const tolerance = { absolute: 0, relative: 0, rounding: 1 };
const old: OldStreamConfig = {
  topic: 'old',
  table: 'pump_old',
  time: 'ts',
  device: 'device_id',
  where: {},
  every: 60,
  freshness: 300,
  new: 'pump',
  devices: { 'pump-a': 'a' },
  columns: {
    outdoor: { column: 'outdoor_temp', tolerance },
    running: { column: 'running', tolerance },
    integral: { dropped: 'nobody reads it', tolerance },
  },
};
const rows: RowsConfig = {
  database: 'telemetry',
  table: 'pump_new',
  time: 'time',
  device: 'device',
  where: {},
  columns: {},
};
const from = new Date('2026-11-01T00:00:00Z');
const to = new Date('2026-11-03T00:00:00Z');
const now = new Date(to.getTime() + agreement.inFlight * 1000);

contract('Observing old beside new', postgresSubjects, (system) => {
  let db: Queries;

  beforeAll(async () => {
    ({ db } = system());
    await db.query(`CREATE TABLE pump_old (ts timestamptz NOT NULL, device_id text NOT NULL, outdoor double precision,
      running boolean, integral bigint)`);
    await db.query(
      `CREATE TABLE pump_new (time timestamptz NOT NULL, device text NOT NULL, outdoor_temp smallint, running boolean)`,
    );
    for (const [table, time] of [
      ['pump_old', 'ts'],
      ['pump_new', 'time'],
    ]) {
      if (system().timescale)
        await db.query(`SELECT create_hypertable('${table}', '${time}', chunk_time_interval => interval '1 day')`);
      else await db.query(`CREATE INDEX ON ${table} (${time} DESC)`);
    }
    await db.query('CREATE UNIQUE INDEX ON pump_old (device_id, ts)');
    await db.query('CREATE INDEX ON pump_new (device, time DESC)');
    // Two pumps that report every 10 s; the old system keeps the first message of each minute, with its whole second.
    const value = `5 + 10 * sin(extract(epoch FROM t) / 600 + length(d))`;
    await db.query(
      `INSERT INTO pump_new SELECT t + interval '0.4 seconds', d, round((${value})::numeric), extract(minute FROM t)::int % 7 = 0
        FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 second', interval '10 seconds') t, unnest(ARRAY['a', 'bb']) d`,
      [from.toISOString(), now.toISOString()],
    );
    await db.query(
      `INSERT INTO pump_old SELECT t, CASE d WHEN 'a' THEN 'pump-a' ELSE d END, ${value}, extract(minute FROM t)::int % 7 = 0, 7
        FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 second', interval '1 minute') t, unnest(ARRAY['a', 'bb']) d`,
      [from.toISOString(), now.toISOString()],
    );
    await db.query('ANALYZE pump_old');
    await db.query('ANALYZE pump_new');
  }, 60_000);

  const trying = (sql: readonly string[], look: () => Promise<void>) => rolledBack(db, sql, look);

  const compared = () =>
    compareStream({
      stream: 'pump',
      old: { config: old, db },
      new: { stream: 'pump', rows, db },
      migration: { agreement: { ...agreement, window: 2 * 86_400 }, maintenance: [] },
      now,
    });

  async function pages(pageRows?: number): Promise<(readonly OldSample[])[]> {
    const range = { from, to: new Date(from.getTime() + 3_600_000), columns: ['outdoor', 'running'] };
    return Array.fromAsync(readOldSamples(db, old, range, pageRows));
  }

  describe('old samples', () => {
    test('come in the order of time, page by page, each once', async () => {
      const whole = (await pages()).flat();
      expect(whole).toHaveLength(120);
      expect(whole.map(({ timeMs }) => timeMs)).toEqual(whole.map(({ timeMs }) => timeMs).sort((a, b) => a - b));
      expect(whole[0]).toMatchObject({ timeMs: from.getTime(), values: [expect.any(Number), true] });
      // Two devices share each time: a page never ends between them.
      const small = await pages(7);
      expect(small.every((page) => page.length % 2 === 0)).toBe(true);
      const key = ({ timeMs, device }: OldSample) => `${timeMs} ${device}`;
      expect(small.flat().map(key).sort()).toEqual(whole.map(key).sort());
    });

    test('of a table or column that is not there cannot be read', async () => {
      const read = (stream: OldStreamConfig, columns: string[]) =>
        Array.fromAsync(readOldSamples(db, stream, { from, to, columns }));
      await expect(read({ ...old, table: 'nowhere' }, [])).rejects.toThrow('there is no table nowhere');
      await expect(read(old, ['outdoors'])).rejects.toMatchObject({ hint: expect.stringContaining('near: outdoor') });
    });
  });

  describe('the rows near to a sample', () => {
    const sample: OldSample = {
      exactTime: '2026-11-02T12:00:00Z',
      timeMs: Date.UTC(2026, 10, 2, 12),
      device: 'a',
      values: [],
    };
    const near = (of: OldSample, options: { within?: number; before?: number; after?: number } = {}) =>
      nearRows(db, rows, [of], { columns: ['running'], within: 30, before: 1, after: 1, ...options });

    test('are the nearest of its device on both sides', async () => {
      const times = (await near(sample)).map(({ timeMs }) => timeMs - sample.timeMs).sort((a, b) => a - b);
      expect(times).toEqual([-9_600, 400]);
    });

    test('lie within the limit', async () => {
      const times = (await near(sample, { within: 15, before: 9, after: 9 })).map(
        ({ timeMs }) => timeMs - sample.timeMs,
      );
      expect(times.sort((a, b) => a - b)).toEqual([-9_600, 400, 10_400]);
    });

    test('are none of another device', async () => {
      expect(await near({ ...sample, device: 'c' })).toEqual([]);
    });

    test('are found by an index: nothing is scanned', async () => {
      let asked: { sql: string; parameters: readonly unknown[] } = { sql: '', parameters: [] };
      const recording: Queries = {
        query: (sql, parameters = []) => {
          asked = { sql, parameters };
          return db.query(sql, parameters);
        },
      };
      await nearRows(recording, rows, [sample], { columns: ['running'], within: 30, before: 1, after: 1 });
      const plan = JSON.stringify(await db.query(`EXPLAIN (FORMAT JSON) ${asked.sql}`, asked.parameters));
      expect(plan).toMatch(/Index (Only )?Scan/);
      expect(plan).not.toMatch(/"Node Type":\s*"Seq Scan"/);
    });
  });

  describe('a comparison', () => {
    test('of what the new system only rounded finds nothing', async () => {
      expect(await compared()).toMatchObject({
        from: from.toISOString().replace('.000Z', '.400Z'),
        to: to.toISOString(),
        startsWith: 'new',
        sampleCount: 2 * 2879,
        comparedCount: 2 * 2879,
        inFlightCount: 2,
        unsampledSeconds: 0,
        uncomparedSeconds: 0,
        stampedLaterSeconds: expect.closeTo(0.4, 3),
        columns: [
          { old: 'outdoor', new: 'outdoor_temp', differingCount: 0 },
          { old: 'running', new: 'running', differingCount: 0 },
        ],
      });
    });

    test('finds a stretch that was scaled, in its buckets and in no other', async () => {
      const stretch = `time >= '2026-11-02T06:00Z' AND time < '2026-11-02T07:00Z'`;
      await trying([`UPDATE pump_new SET outdoor_temp = outdoor_temp * 10 + 100 WHERE ${stretch}`], async () => {
        const [outdoor, running] = (await compared()).columns;
        expect(outdoor?.differingCount).toBe(120);
        expect(outdoor?.buckets.map((bucket) => bucket.from)).toEqual(
          [0, 15, 30, 45].map((minute) => new Date(Date.UTC(2026, 10, 2, 6, minute)).toISOString()),
        );
        expect(running?.differingCount).toBe(0);
      });
    });

    test('finds its message though the old system’s clock is 25 s off', async () => {
      await trying([`UPDATE pump_old SET ts = ts + interval '25 seconds'`], async () => {
        const { columns, stampedLaterSeconds } = await compared();
        expect(columns.map(({ differingCount }) => differingCount)).toEqual([0, 0]);
        expect(stampedLaterSeconds).toBeLessThan(0);
      });
    });

    test('counts samples without a message', async () => {
      await trying(
        [`DELETE FROM pump_new WHERE time >= '2026-11-02T06:00Z' AND time < '2026-11-02T12:00Z'`],
        async () => {
          const { sampleCount, comparedCount, uncomparedSeconds, unsampledSeconds } = await compared();
          expect(sampleCount - comparedCount).toBeGreaterThan(700);
          // From the last sample with a message to the next, less the minute that each of the two covers.
          expect(uncomparedSeconds).toBe((6 * 60 - 2) * 60);
          expect(unsampledSeconds).toBe(0);
        },
      );
    });

    test('begins where both hold rows', async () => {
      await trying([`DELETE FROM pump_old WHERE ts < '2026-11-02T00:00Z'`], async () => {
        expect(await compared()).toMatchObject({
          from: '2026-11-02T00:00:00.000Z',
          startsWith: 'old',
          uncomparedSeconds: 0,
        });
      });
    });
  });

  test('devices are walked by the index, each with its newest row', async () => {
    expect(await observeDevices(db, rows)).toEqual([
      { device: 'a', newestAt: '2026-11-03T00:00:50.400Z' },
      { device: 'bb', newestAt: '2026-11-03T00:00:50.400Z' },
    ]);
    await trying(['DELETE FROM pump_new'], async () => expect(await observeDevices(db, rows)).toEqual([]));
  });

  test('the catalog tells every table, whoever may read it, and none of the server’s own', async () => {
    await trying(
      ['CREATE TABLE forgotten (a int, b text)', 'ALTER TABLE forgotten DROP COLUMN a', 'CREATE TABLE empty ()'],
      async () => {
        const tables = await observeCatalog(db);
        expect(tables).toEqual([
          { schema: 'public', table: 'empty', columns: [] },
          { schema: 'public', table: 'forgotten', columns: ['b'] },
          { schema: 'public', table: 'pump_new', columns: ['time', 'device', 'outdoor_temp', 'running'] },
          { schema: 'public', table: 'pump_old', columns: ['ts', 'device_id', 'outdoor', 'running', 'integral'] },
        ]);
      },
    );
  });

  test('times of rows are told to the microsecond', async () => {
    const hour = { from, to: new Date(from.getTime() + 20_000) };
    const times = await rowTimes(db, rows, hour);
    expect([...times].sort()).toEqual([from.getTime() * 1000 + 400_000, from.getTime() * 1000 + 10_400_000]);
    expect(await oldestRow(db, rows)).toEqual(new Date(from.getTime() + 400));
  });
});
