import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeGaps } from '../helpers/database/gaps.ts';
import type { Queries } from '../helpers/database/sql.ts';
import type { RowsConfig } from '../helpers/database/stream-rows.ts';
import { postgresSubjects } from './postgres-subjects.ts';
import { contract } from './suite.ts';

const table = 'temperature_sensors';
const indoor: RowsConfig = {
  database: 'telemetry',
  table,
  time: 'time',
  device: 'device_id',
  where: { location: 'indoor' },
  columns: {},
};
const day = 86_400;
const start = Date.UTC(2026, 10, 20, 15);
const limit = 300;

/** So many seconds after the window's start. */
const at = (seconds: number) => new Date(start + seconds * 1000);
const gap = (from: number, to: number) => ({ from: at(from).toISOString(), to: at(to).toISOString() });
const window = { from: at(0), to: at(3 * day) };

contract('Observing gaps', postgresSubjects, (system) => {
  let db: Queries;
  const look = (rows: RowsConfig = indoor) => observeGaps(db, 'indoor', rows, window, limit);

  beforeAll(async () => {
    ({ db } = system());
    await db.query(`CREATE TABLE ${table} (time timestamptz NOT NULL, device_id text, location text)`);
    if (system().timescale)
      await db.query(`SELECT create_hypertable('${table}', 'time', chunk_time_interval => interval '1 day')`);
    else await db.query(`CREATE INDEX ON ${table} (time DESC)`);
    await db.query(`CREATE INDEX ON ${table} (location, time DESC)`);
  });

  beforeEach(async () => {
    await db.query(`TRUNCATE ${table}`);
  });

  /** Rows at these seconds after the window's start. */
  async function store(seconds: readonly number[], location = 'indoor'): Promise<void> {
    await db.query(
      `INSERT INTO ${table} SELECT $1::timestamptz + make_interval(secs => s), 'd', $2
         FROM unnest($3::float8[]) s`,
      [at(0).toISOString(), location, seconds],
    );
  }

  /** A row a minute from one second to another, the ends included. */
  const minutes = (from: number, to: number) =>
    Array.from({ length: Math.floor((to - from) / 60) + 1 }, (_, index) => from + index * 60);

  test('a stream that never pauses has none, whatever its neighbours in the table do', async () => {
    await store(minutes(-day, 3 * day));
    await store(minutes(-day, 0), 'outdoor');
    expect(await look()).toMatchObject({
      stream: 'indoor',
      table,
      gaps: [],
      oldestAt: at(-day).toISOString(),
      firstAt: at(0).toISOString(),
      newestAt: at(3 * day - 60).toISOString(),
    });
  });

  test('a gap reaches from one row to the next, to the millisecond, over midnight and whole days too', async () => {
    await store([...minutes(-60, 6000), ...minutes(6400.25, 20_000), ...minutes(20_000 + 1.5 * day, 3 * day)]);
    expect((await look()).gaps).toEqual([gap(6000, 6400.25), gap(19_960.25, 20_000 + 1.5 * day)]);
  });

  test('a pause as long as the limit is none', async () => {
    await store([...minutes(-60, 6000), ...minutes(6300, 3 * day)]);
    expect((await look()).gaps).toEqual([]);
  });

  test('both ends count: from the last row before the window, and up to its end', async () => {
    await store([-1000, ...minutes(200, 3 * day - 301)]);
    expect((await look()).gaps).toEqual([gap(-1000, 200), gap(3 * day - 340, 3 * day)]);
  });

  test('without a row before it, the window’s start is where a gap begins', async () => {
    await store(minutes(600, 3 * day));
    const state = await look();
    expect(state.gaps).toEqual([gap(0, 600)]);
    expect(state.oldestAt).toBe(at(600).toISOString());
  });

  test('a stream without a row has one gap, the window', async () => {
    const state = await look();
    expect(state.gaps).toEqual([gap(0, 3 * day)]);
    expect(state).not.toHaveProperty('oldestAt');
    expect(state).not.toHaveProperty('firstAt');
  });

  test('rows outside the window close no gap in it', async () => {
    await store([...minutes(-60, 3 * day - 400), 3 * day, 3 * day + 1]);
    expect((await look()).gaps).toEqual([gap(3 * day - 420, 3 * day)]);
  });

  test('they are those that a look at every row finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2000, max: 3 * day }), { maxLength: 80 }),
        fc.integer({ min: 60, max: day }),
        async (seconds, limitSeconds) => {
          await db.query(`TRUNCATE ${table}`);
          await store(seconds);
          const found = await observeGaps(db, 'indoor', indoor, window, limitSeconds);
          expect(found.gaps).toEqual(everyGap(seconds, limitSeconds));
        },
      ),
      { numRuns: 30 },
    );
  });

  describe('of many rows', () => {
    beforeEach(async () => {
      await db.query(
        `INSERT INTO ${table} SELECT t, 'd', l FROM generate_series($1::timestamptz, $2::timestamptz, interval '10 seconds') t,
           unnest(ARRAY['indoor', 'outdoor']) l`,
        [at(-day).toISOString(), at(3 * day).toISOString()],
      );
      await db.query(`ANALYZE ${table}`);
    });

    test('are found by an index: no scan of the table, no sort of it', async () => {
      for (const rows of [indoor, { ...indoor, where: {} }]) {
        let sent: { sql: string; parameters: readonly unknown[] } | undefined;
        const recording: Queries = {
          query: (sql, parameters = []) => {
            sent = { sql, parameters };
            return db.query(sql, parameters);
          },
        };
        await observeGaps(recording, 'indoor', rows, window, limit);
        const plan = JSON.stringify(await db.query(`EXPLAIN (FORMAT JSON) ${sent?.sql}`, sent?.parameters));
        expect(plan).toMatch(/Index (Only )?Scan/);
        expect(plan).not.toMatch(/"Node Type":\s*"(Seq Scan|Sort|Bitmap Heap Scan)"/);
      }
    });
  });

  test('cannot be told of a table that is not there', async () => {
    await expect(look({ ...indoor, table: 'nothing' })).rejects.toMatchObject({
      name: 'Unobservable',
      message: 'there is no table nothing',
    });
  });
});

/** By looking at every row. */
function everyGap(seconds: readonly number[], limitSeconds: number) {
  const before = seconds.filter((second) => second < 0);
  const inside = [...new Set(seconds)].filter((second) => second >= 0 && second < 3 * day).sort((a, b) => a - b);
  const stops = [before.length > 0 ? Math.max(...before) : 0, ...inside, 3 * day];
  return stops.slice(1).flatMap((to, index) => {
    const from = stops[index] ?? 0;
    return to - from > limitSeconds ? [gap(from, to)] : [];
  });
}
