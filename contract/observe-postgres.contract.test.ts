import { beforeAll, describe, expect, test } from 'vitest';
import { observeClock } from '../helpers/database/clock.ts';
import { observeHypertables } from '../helpers/database/hypertables.ts';
import { observeMigrations } from '../helpers/database/migrations.ts';
import { observeRetention } from '../helpers/database/retention.ts';
import { observeSettings } from '../helpers/database/settings.ts';
import { identifier, type Queries } from '../helpers/database/sql.ts';
import { observeStreamRows, type RowsConfig } from '../helpers/database/stream-rows.ts';
import { observeWindow } from '../helpers/database/window.ts';
import { postgresSubjects } from './postgres-subjects.ts';
import { rolledBack } from './rolled-back.ts';
import { contract } from './suite.ts';

const table = 'temperature_sensors';
const indoor: RowsConfig = {
  database: 'telemetry',
  table,
  time: 'time',
  device: 'device_id',
  where: { location: 'indoor' },
  columns: { temperature_c: { min: -10, max: 45 }, humidity: {}, charging: {} },
};
const outdoor: RowsConfig = { ...indoor, where: { location: 'outdoor' } };

contract('Observing PostgreSQL', postgresSubjects, (system) => {
  let db: Queries;

  beforeAll(async () => {
    ({ db } = system());
    await db.query(`CREATE TABLE ${table} (time timestamptz NOT NULL, device_id text NOT NULL, location text,
      temperature_c double precision, humidity smallint, charging boolean, battery real)`);
    // Which makes an index on time, as the next statement does.
    if (system().timescale) await db.query(`SELECT create_hypertable('${table}', 'time')`);
    else await db.query(`CREATE INDEX ON ${table} (time DESC)`);
    await db.query(`CREATE INDEX ON ${table} (location, time DESC)`);
    // Eight days, a row a minute of each location: several chunks, and enough for the planner to mind an index.
    await db.query(`INSERT INTO ${table} SELECT t, 'sensor-' || l, l, 20.5, 40, true, 2.9
      FROM generate_series(now() - interval '8 days', now() - interval '10 minutes', interval '1 minute') t,
           unnest(ARRAY['indoor', 'outdoor']) l`);
    await db.query(`ANALYZE ${table}`);
  });

  const trying = (sql: readonly string[], look: () => Promise<void>) => rolledBack(db, sql, look);

  describe('the newest row of a stream', () => {
    test('is that of its own rows in a shared table', async () => {
      await trying([`INSERT INTO ${table} VALUES (now() - interval '30 seconds', 's', 'outdoor')`], async () => {
        expect((await observeStreamRows(db, 'indoor', indoor)).newestAgeSeconds).toBeGreaterThanOrEqual(600);
        const state = await observeStreamRows(db, 'outdoor', outdoor);
        expect(state).toMatchObject({ stream: 'outdoor', database: 'telemetry', table, exists: true });
        expect(state.newestAgeSeconds).toBeGreaterThanOrEqual(30);
        expect(state.newestAgeSeconds).toBeLessThan(60);
        expect(Date.parse(state.databaseNow) - Date.parse(state.newestAt ?? '')).toBeCloseTo(
          (state.newestAgeSeconds ?? 0) * 1000,
          -2,
        );
      });
    });

    test('may lie in the future, and its age is negative then', async () => {
      await trying([`INSERT INTO ${table} VALUES (now() + interval '10 minutes', 's', 'indoor')`], async () => {
        expect((await observeStreamRows(db, 'indoor', indoor)).newestAgeSeconds).toBeLessThan(-590);
      });
    });

    test('is none when the stream has no row', async () => {
      const state = await observeStreamRows(db, 'attic', { ...indoor, where: { location: 'attic' } });
      expect(state.exists).toBe(true);
      expect(state).not.toHaveProperty('newestAt');
    });

    test('is found by an index: no scan of the table, no sort', async () => {
      for (const rows of [indoor, { ...indoor, where: {} }]) {
        const { sql, parameters } = await lastQuery((recording) => observeStreamRows(recording, 'indoor', rows));
        const plan = JSON.stringify(await db.query(`EXPLAIN (FORMAT JSON) ${sql}`, parameters));
        expect(plan).toMatch(/Index (Only )?Scan/);
        expect(plan).not.toMatch(/"Node Type":\s*"(Seq Scan|Sort)"/);
      }
    });

    test('of a table that is not there is plain data', async () => {
      const state = await observeStreamRows(db, 'indoor', { ...indoor, table: 'temperature_sensor' });
      expect(state).toMatchObject({ exists: false });
      expect(Date.parse(state.databaseNow)).not.toBeNaN();
    });

    test('cannot be observed by a column that is not there, and the near one is named', async () => {
      await expect(
        observeStreamRows(db, 'indoor', { ...indoor, where: { locations: 'indoor' } }),
      ).rejects.toMatchObject({
        name: 'Unobservable',
        kind: 'unsupported',
        message: `table ${table} has no column locations`,
        hint: expect.stringContaining('near: location'),
      });
    });
  });

  /** The last statement that an observation sends. */
  async function lastQuery(observe: (recording: Queries) => Promise<unknown>) {
    let last: { sql: string; parameters: readonly unknown[] } = { sql: '', parameters: [] };
    const recording: Queries = {
      query: (sql, parameters = []) => {
        last = { sql, parameters };
        return db.query(sql, parameters);
      },
    };
    await observe(recording);
    return last;
  }

  describe('a window', () => {
    const from = new Date('2026-01-01T00:00:00Z');
    const to = new Date('2026-01-01T01:00:00Z');
    const row = (time: string, values: string, location = 'indoor') =>
      `INSERT INTO ${table} VALUES ('2026-01-01T${time}Z', 's', '${location}', ${values})`;

    test('counts rows of the stream from its start up to, and without, its end', async () => {
      await trying(
        [row('00:00:00', '1'), row('00:59:59.999', '1'), row('01:00:00', '1'), row('00:30:00', '1', 'outdoor')],
        async () => {
          expect(await observeWindow(db, 'indoor', indoor, { from, to })).toMatchObject({
            rowCount: 2,
            duplicateCount: 0,
          });
        },
      );
    });

    test('tells rows that stand twice from rows that only share their time', async () => {
      const rows = [
        row('00:10:00', '1, null'),
        row('00:10:00', '1, null'),
        row('00:10:00', '1, null'),
        row('00:10:00', '2, null'),
        row('00:11:00', '1, null'),
      ];
      await trying(rows, async () => {
        expect(await observeWindow(db, 'indoor', indoor, { from, to })).toMatchObject({
          rowCount: 5,
          duplicateCount: 2,
        });
      });
    });

    test('has the nulls of each column, and the range of those that are numbers', async () => {
      await trying([row('00:10:00', '-3.25, 40, null'), row('00:11:00', 'null, 60, true')], async () => {
        const { columns } = await observeWindow(
          db,
          'indoor',
          { ...indoor, columns: { ...indoor.columns, battery: {}, nothing: {} } },
          { from, to },
        );
        expect(columns).toEqual([
          { column: 'temperature_c', nullCount: 1, min: -3.25, max: -3.25 },
          { column: 'humidity', nullCount: 0, min: 40, max: 60 },
          { column: 'charging', nullCount: 1 },
          { column: 'battery', nullCount: 2 },
          { column: 'nothing', nullCount: 2 },
        ]);
      });
    });

    test('has values as they were written, and NaN outside of every range', async () => {
      await trying([row('00:10:00', `'NaN', 1, true, 20.1`)], async () => {
        const { columns } = await observeWindow(
          db,
          'indoor',
          { ...indoor, columns: { temperature_c: {}, battery: {} } },
          { from, to },
        );
        expect(columns).toMatchObject([{ max: Number.POSITIVE_INFINITY }, { min: 20.1, max: 20.1 }]);
      });
    });

    test('without a row has no range', async () => {
      const { rowCount, duplicateCount, columns } = await observeWindow(db, 'indoor', indoor, { from, to });
      expect({ rowCount, duplicateCount }).toEqual({ rowCount: 0, duplicateCount: 0 });
      expect(columns[0]).toEqual({ column: 'temperature_c', nullCount: 0 });
    });

    test('of a table that is not there cannot be observed', async () => {
      await expect(observeWindow(db, 'indoor', { ...indoor, table: 'nothing' }, { from, to })).rejects.toMatchObject({
        name: 'Unobservable',
        message: 'there is no table nothing',
      });
    });
  });

  describe('names that need quotes', () => {
    test('are taken as they are', async () => {
      const odd = `we"ird; name`;
      await trying(
        [
          `CREATE TABLE ${identifier(odd)} ("at time" timestamptz, "Device" text)`,
          `INSERT INTO ${identifier(odd)} VALUES (now(), 'x')`,
        ],
        async () => {
          const rows: RowsConfig = {
            ...indoor,
            table: odd,
            time: 'at time',
            device: 'Device',
            where: { Device: 'x' },
            columns: {},
          };
          expect((await observeStreamRows(db, 'odd', rows)).newestAgeSeconds).toBeLessThan(60);
          expect(
            (await observeWindow(db, 'odd', rows, { from: new Date(0), to: new Date(Date.now() + 60_000) })).rowCount,
          ).toBe(1);
        },
      );
    });
  });

  describe('the settings', () => {
    const settings = {
      table: 'settings',
      device: 'device_id',
      fields: { indoor_target_temp: 'd50', mode: 'd51', heatstop: 'd58' },
    };

    test('of each device, as they were written', async () => {
      const sql = [
        'CREATE TABLE settings (device_id text PRIMARY KEY, indoor_target_temp real, mode integer, updated_at timestamptz)',
        `INSERT INTO settings VALUES ('b', 20.1, null, '2026-01-01T00:00:00Z'), ('a', 21, 2, '2026-01-02T00:00:00Z')`,
      ];
      await trying(sql, async () => {
        expect(await observeSettings(db, settings)).toEqual([
          {
            deviceId: 'a',
            updatedAt: '2026-01-02T00:00:00.000Z',
            values: { indoor_target_temp: 21, mode: 2, heatstop: null },
          },
          {
            deviceId: 'b',
            updatedAt: '2026-01-01T00:00:00.000Z',
            values: { indoor_target_temp: 20.1, mode: null, heatstop: null },
          },
        ]);
      });
    });

    test('are of no device when there is no table', async () => {
      expect(await observeSettings(db, settings)).toEqual([]);
    });
  });

  describe('the migrations', () => {
    test('by version', async () => {
      const sql = [
        'CREATE TABLE schema_migrations (version int PRIMARY KEY, name text, applied_at timestamptz)',
        `INSERT INTO schema_migrations VALUES (2, 'hypertables', '2026-01-01T00:00:01Z'), (1, 'tables', '2026-01-01T00:00:00Z')`,
      ];
      await trying(sql, async () => {
        expect(await observeMigrations(db, 'telemetry')).toEqual({
          database: 'telemetry',
          tableExists: true,
          versions: [
            { version: 1, name: 'tables', appliedAt: '2026-01-01T00:00:00.000Z' },
            { version: 2, name: 'hypertables', appliedAt: '2026-01-01T00:00:01.000Z' },
          ],
        });
      });
    });

    test('are none when there is no table', async () => {
      expect(await observeMigrations(db, 'telemetry')).toEqual({
        database: 'telemetry',
        tableExists: false,
        versions: [],
      });
    });
  });

  describe('hypertables and retention', () => {
    test('tell a hypertable from a plain table and from none', async () => {
      await trying(['CREATE TABLE plain (time timestamptz)'], async () => {
        expect(await observeHypertables(db, [{ table }, { table: 'plain' }, { table: 'nothing' }])).toEqual([
          system().timescale
            ? { table, exists: true, isHypertable: true, timeColumn: 'time' }
            : { table, exists: true, isHypertable: false },
          { table: 'plain', exists: true, isHypertable: false },
          { table: 'nothing', exists: false, isHypertable: false },
        ]);
      });
    });

    test('tell a table without a policy', async () => {
      expect(await observeRetention(db, [{ table }, { table: 'nothing' }])).toEqual([{ table }, { table: 'nothing' }]);
    });

    /** A policy by TimescaleDB's own catalog: Debian's edition has the catalog without the functions that fill it. */
    const policy = `INSERT INTO _timescaledb_config.bgw_job (id, application_name, schedule_interval, max_runtime, max_retries,
        retry_period, proc_schema, proc_name, scheduled, hypertable_id, config)
      SELECT 9001, 'Retention', '1 day', '5 minutes', -1, '5 minutes', '_timescaledb_functions', 'policy_retention', true, id,
             '{"drop_after": "60 days"}' FROM _timescaledb_catalog.hypertable WHERE table_name = '${table}'`;
    const ran = (succeeded: boolean) =>
      `INSERT INTO _timescaledb_internal.bgw_job_stat VALUES (9001, '2026-01-01T02:00:00Z', '2026-01-01T02:00:01Z', 'infinity',
        '2026-01-01T02:00:01Z', ${succeeded}, 7, '7 s', '3 s', 4, 3, 0, 1, 0)`;
    const failed = `INSERT INTO _timescaledb_internal.bgw_job_stat_history (job_id, execution_start, execution_finish, succeeded, data)
      VALUES (9001, '2026-01-01T02:00:00Z', '2026-01-01T02:00:01Z', false, '{"error_data": {"message": "permission denied for schema"}}')`;

    test('tell the age of a policy, and that its job never ran', async ({ skip }) => {
      skip(!system().timescale, 'no TimescaleDB');
      await trying([policy], async () => {
        expect(await observeRetention(db, [{ table }])).toEqual([
          { table, dropAfterSeconds: 60 * 86_400, dropAfterText: '60 days', scheduled: true },
        ]);
      });
    });

    test.for<[string, boolean, object]>([
      ['that it last succeeded, whatever was before', true, { lastRunStatus: 'Success' }],
      ['that it last failed, and why', false, { lastRunStatus: 'Failed', lastError: 'permission denied for schema' }],
    ])('tell of a policy’s job %s', async ([, succeeded, expected], { skip }) => {
      skip(!system().timescale, 'no TimescaleDB');
      await trying([policy, ran(succeeded), failed], async () => {
        const [state] = await observeRetention(db, [{ table }]);
        expect(state).toEqual({
          table,
          dropAfterSeconds: 60 * 86_400,
          dropAfterText: '60 days',
          scheduled: true,
          lastRunAt: '2026-01-01T02:00:00.000Z',
          totalFailures: 3,
          ...expected,
        });
      });
    });

    test('tell a policy, as the edition’s own function makes it', async ({ skip }) => {
      skip(!system().policies, 'this edition of TimescaleDB has no policies');
      await db.query(`SELECT add_retention_policy('${table}', interval '90 days')`);
      const [fresh] = await observeRetention(db, [{ table }]);
      expect(fresh).toMatchObject({ table, dropAfterSeconds: 90 * 86_400, scheduled: true });
      await db.query(
        `SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'`,
      );
      expect(await observeRetention(db, [{ table }])).toMatchObject([{ scheduled: false }]);
      await db.query(`SELECT remove_retention_policy('${table}')`);
    });
  });

  test('a role that may only look sees all of it', async () => {
    const sql = [
      'CREATE ROLE contract_verifier IN ROLE pg_monitor',
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO contract_verifier',
      'SET LOCAL ROLE contract_verifier',
    ];
    await trying(sql, async () => {
      const { timescale } = system();
      expect((await observeStreamRows(db, 'indoor', indoor)).newestAgeSeconds).toBeGreaterThanOrEqual(600);
      expect(await observeHypertables(db, [{ table }])).toMatchObject([{ exists: true, isHypertable: timescale }]);
      expect(await observeRetention(db, [{ table }])).toEqual([{ table }]);
      const window = { from: new Date(Date.now() - 3_600_000), to: new Date() };
      expect((await observeWindow(db, 'indoor', indoor, window)).rowCount).toBeGreaterThan(40);
    });
  });

  test('the clock is this machine’s, for it runs here', async () => {
    const clock = await observeClock(db);
    expect(Math.abs(clock.offsetSeconds)).toBeLessThanOrEqual(clock.uncertaintySeconds + 0.01);
  });
});
