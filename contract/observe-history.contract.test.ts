import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeGaps } from '../helpers/database/gaps.ts';
import { observeRowsOfDays } from '../helpers/database/rows-of-day.ts';
import type { Queries } from '../helpers/database/sql.ts';
import { observeStoredSpans } from '../helpers/database/stored-span.ts';
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

contract('Observing stored history', postgresSubjects, (system) => {
  let db: Queries;
  /** The last statement that a look has sent. */
  let lookedWith: { sql: string; parameters: readonly unknown[] } | undefined;
  const look = (rows: RowsConfig = indoor) => {
    const recording: Queries = {
      query: (sql, parameters = []) => {
        lookedWith = { sql, parameters };
        return db.query(sql, parameters);
      },
    };
    return observeGaps(recording, 'indoor', rows, window, limit);
  };

  /** How that statement ran. Without ANALYZE a recursion's own probes are left out. */
  const plan = async () =>
    JSON.stringify(await db.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${lookedWith?.sql}`, lookedWith?.parameters));
  const scan = /"Node Type":\s*"(Seq Scan|Sort|Bitmap Heap Scan)"/;

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

  test('are found in compressed chunks as well, by their own index', async ({ skip }) => {
    skip(!system().policies, 'this edition of TimescaleDB does not compress');
    await store([...minutes(-day, 6000), ...minutes(6400, day + 20_000), ...minutes(day + 22_000, 3 * day)]);
    await db.query(`ALTER TABLE ${table} SET (timescaledb.compress, timescaledb.compress_segmentby = 'location')`);
    const compressed = `show_chunks('${table}', older_than => $1::timestamptz) c`;
    await db.query(`SELECT compress_chunk(c) FROM ${compressed}`, [at(2 * day).toISOString()]);
    try {
      expect((await look()).gaps).toEqual([gap(6000, 6400), gap(day + 19_960, day + 22_000)]);
      expect(await plan()).toMatch(/Index Scan[^}]*compress_hyper/);
      expect(await plan()).not.toMatch(scan);
    } finally {
      await db.query(`SELECT decompress_chunk(c) FROM ${compressed}`, [at(2 * day).toISOString()]);
    }
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
        await look(rows);
        expect(await plan()).toMatch(/Index (Only )?Scan/);
        expect(await plan()).not.toMatch(scan);
      }
    });
  });

  describe('rows of days', () => {
    const days = [0, 1].map((number) => ({
      from: at(number * day).toISOString(),
      to: at((number + 1) * day).toISOString(),
    }));

    test('are the stream’s own, from a day’s start up to, and without, its end', async () => {
      await store([-1, 0, 10, day - 1, day, 3 * day]);
      await store([20], 'outdoor');
      expect(await observeRowsOfDays(db, 'indoor', indoor, days, 100)).toEqual([
        { stream: 'indoor', ...days[0], rowCount: 3, isMore: false },
        { stream: 'indoor', ...days[1], rowCount: 1, isMore: false },
      ]);
    });

    test('are counted no further than asked', async () => {
      await store(minutes(0, 600));
      expect(await observeRowsOfDays(db, 'indoor', indoor, days, 11)).toMatchObject([
        { rowCount: 11, isMore: false },
        {},
      ]);
      expect(await observeRowsOfDays(db, 'indoor', indoor, days, 10)).toMatchObject([
        { rowCount: 10, isMore: true },
        {},
      ]);
    });

    test('of no day are none', async () => {
      expect(await observeRowsOfDays(db, 'indoor', indoor, [], 10)).toEqual([]);
    });
  });

  describe('how far back a table reaches', () => {
    const tables = [{ table, timeColumn: 'time' }];

    test('is its oldest row of all, with the length of a chunk', async () => {
      await store([-5 * day, 0]);
      const [span] = await observeStoredSpans(db, tables);
      expect(span?.oldestAt).toBe(at(-5 * day).toISOString());
      expect(Date.parse(span?.databaseNow ?? '')).not.toBeNaN();
      expect(span?.chunkSeconds).toBe(system().timescale ? day : undefined);
      expect(span).not.toHaveProperty('jobEverySeconds');
    });

    test('comes with the interval of the job that drops rows', async ({ skip }) => {
      skip(!system().policies, 'this edition of TimescaleDB has no policies');
      await db.query(`SELECT add_retention_policy('${table}', interval '90 days')`);
      expect((await observeStoredSpans(db, tables))[0]?.jobEverySeconds).toBe(day);
      await db.query(`SELECT remove_retention_policy('${table}')`);
    });

    test('is not known of a table without a row', async () => {
      expect((await observeStoredSpans(db, tables))[0]).not.toHaveProperty('oldestAt');
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
