import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeGaps } from '../../helpers/database/gaps.ts';
import type { RowsOfDay, StreamGaps } from '../../helpers/database/observed.ts';
import { observeRetention } from '../../helpers/database/retention.ts';
import { observeRowsOfDays } from '../../helpers/database/rows-of-day.ts';
import type { Queries } from '../../helpers/database/sql.ts';
import { observeStoredSpans } from '../../helpers/database/stored-span.ts';
import { countedGaps, judgeContinuity } from '../../helpers/judge/continuity.ts';
import { daysSince, judgeGrowth, rowsBand } from '../../helpers/judge/growth.ts';
import { judgeReach } from '../../helpers/judge/reach.ts';
import { migration, seen } from '../../helpers/judge/testing/samples.ts';
import { windowBefore } from '../../helpers/judge/window.ts';
import { loadManifests } from '../../replica/embedded/manifests.ts';
import { migrationsOf } from '../../replica/embedded/migrations.ts';
import { PostgresInstance } from '../../replica/embedded/postgres/instance.ts';
import { PostgresConnection } from '../../replica/embedded/programs/clients/postgres.ts';
import { World } from '../../replica/embedded/testing/world.ts';
import { faults } from './all.ts';
import type { DatabaseName, FaultTarget } from './fault.ts';

/** The faults that are SQL alone, in a real TimescaleDB with the replica's tables and history. */
const servers = new Map<DatabaseName, { instance: PostgresInstance; connection: PostgresConnection }>();
const world = new World();
let cacheDirectory: string;

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'faults-'));
  const manifests = await loadManifests();
  const start = async (name: DatabaseName, database: string, namespace: string, timescale: boolean) => {
    const history = { state: 'before-phase5', nowMs: Date.now(), timeScale: 30 } as const;
    const sql = [...(timescale ? ['create extension timescaledb'] : []), ...migrationsOf(manifests, namespace)];
    const instance = await PostgresInstance.start({
      database,
      timescale,
      password: 'secret',
      sql,
      history,
      cacheDirectory,
    });
    const run = world.run(
      {
        run: async (context) => {
          using _port = context.listen(5432, (socket) => instance.accept(socket));
          await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
          return 0;
        },
      },
      { name: `${name}.test` },
    );
    const login = { host: 'localhost', port: 5432, user: 'postgres', password: 'secret', database };
    servers.set(name, { instance, connection: new PostgresConnection(run.context, login) });
  };
  await start('telemetry', 'telemetry', 'timescaledb', true);
  await start('settings', 'heatpump_settings', 'heatpump-settings', false);
}, 180_000);

afterAll(async () => {
  for (const { connection } of servers.values()) await connection[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  for (const { instance } of servers.values()) await instance[Symbol.asyncDispose]();
  await rm(cacheDirectory, { recursive: true });
});

async function sql<Row>(database: DatabaseName, text: string): Promise<Row[]> {
  const answer: pg.QueryResult | pg.QueryResult[] | undefined = await servers.get(database)?.connection.query(text);
  return ((Array.isArray(answer) ? answer.at(-1) : answer)?.rows ?? []) as Row[];
}

const value = async (database: DatabaseName, text: string) =>
  Object.values((await sql<object>(database, text))[0] ?? {})[0];

interface Case {
  readonly fault: string;
  readonly database: DatabaseName;
  /** A number that the fault changes. */
  readonly look: string;
  readonly planted: (before: unknown) => unknown;
}

const aPumpRow = `insert into heatpump_status (time, device_id, outdoor_temp) values (now(), 'test', 5)`;

const cases: readonly Case[] = [
  {
    fault: 'one-location-stale',
    database: 'telemetry',
    look: `select count(*)::int from temperature_sensors where location = 'outdoor' and time > now() - interval '2 hours'`,
    planted: () => 0,
  },
  {
    fault: 'settings-differ',
    database: 'settings',
    look: 'select curve from settings',
    planted: (before) => Number(before) + 1,
  },
  {
    fault: 'rows-twice',
    database: 'telemetry',
    look: `select count(*)::int from energy_consumption where time > now() - interval '9 minutes'`,
    planted: (before) => Number(before) * 2,
  },
  {
    fault: 'column-null',
    database: 'telemetry',
    look: `select count(outdoor_temp)::int from heatpump_status where time > now() - interval '1 hour'`,
    planted: () => 0,
  },
  {
    fault: 'migration-missing',
    database: 'telemetry',
    look: 'select count(*)::int from schema_migrations',
    planted: () => 2,
  },
  {
    fault: 'plain-table',
    database: 'telemetry',
    look: `select count(*)::int from timescaledb_information.hypertables where hypertable_name = 'heatpump_status'`,
    planted: () => 0,
  },
  {
    fault: 'retention-60-days',
    database: 'telemetry',
    look: `select config->>'drop_after' from timescaledb_information.jobs where hypertable_name = 'heatpump_status'`,
    planted: () => '60 days',
  },
  {
    fault: 'retention-job-failing',
    database: 'telemetry',
    look: `select last_run_status from timescaledb_information.job_stats where hypertable_name = 'heatpump_status'`,
    planted: () => 'Failed',
  },
];

test.each(cases)('$fault shows, and is gone when it is undone', async ({ fault: name, database, look, planted }) => {
  const fault = faults.find((known) => known.name === name);
  if (!fault) throw new Error(`no fault ${name}`);
  const before = await value(database, look);
  {
    await using _planted = await fault.plant({ sql, timeScale: 30 } as unknown as FaultTarget);
    expect(await value(database, look)).toEqual(planted(before));
  }
  expect(await value(database, look)).toEqual(before);
});

describe('what triggers do to a sink', () => {
  const planted = (name: string) => {
    const fault = faults.find((known) => known.name === name);
    if (!fault) throw new Error(`no fault ${name}`);
    return fault.plant({ sql, timeScale: 30 } as unknown as FaultTarget);
  };

  test('column-null empties what comes', async () => {
    await using _planted = await planted('column-null');
    await sql('telemetry', aPumpRow);
    expect(await value('telemetry', `select outdoor_temp from heatpump_status where device_id = 'test'`)).toBeNull();
    await sql('telemetry', `delete from heatpump_status where device_id = 'test'`);
  });

  test('settings-differ keeps the sink from mending the row', async () => {
    const before = await value('settings', 'select curve from settings');
    await using _planted = await planted('settings-differ');
    await sql('settings', `update settings set curve = ${before}`);
    expect(await value('settings', 'select curve from settings')).toBe(Number(before) + 1);
  });
});

describe('what is missing in stored history', () => {
  const daySeconds = 86_400;
  const now = new Date();
  const query: Queries['query'] = async (text, parameters = []) =>
    (await servers.get('telemetry')?.connection.query(text, [...parameters]))?.rows ?? [];

  /** Which criteria's judges find something wrong, by what they are given of the database. */
  async function found(days: number): Promise<string[]> {
    const window = windowBefore(now, days * daySeconds, []);
    const streams = Object.entries(migration.new.streams);
    const gaps: StreamGaps[] = [];
    const rows: RowsOfDay[] = [];
    const spans = daysSince(new Date(window.from), now);
    const span = { from: new Date(window.from), to: now };
    for (const [name, stream] of streams) {
      gaps.push(await observeGaps({ query }, name, stream.rows, span, stream.maxGap));
      const { most } = rowsBand(stream, migration.limits);
      rows.push(...(await observeRowsOfDays({ query }, name, stream.rows, spans, most)));
    }
    const hypertables = migration.new.hypertables;
    const stored = await observeStoredSpans({ query }, hypertables);
    const policies = await observeRetention({ query }, hypertables);
    const verdicts = {
      continuity: judgeContinuity(seen(...gaps), countedGaps(gaps, migration), window, migration),
      growth: judgeGrowth(seen(...rows), window, migration),
      retention: judgeReach(seen(...stored), seen(...policies), { captured: [], cutoverAt: window.from }, migration),
    };
    return Object.entries(verdicts).flatMap(([name, { kind, observed }]) =>
      kind === 'pass' || /the job has not run yet/.test(observed) ? [] : [name],
    );
  }

  test.each<[string, string[]]>([
    ['nothing', []],
    ['gap-behind-kafka', ['continuity']],
    ['gap-below-limit', []],
    ['gap-at-start', ['continuity', 'growth', 'retention']],
    ['gap-of-a-battery-sensor', ['continuity']],
    ['gap-at-end', ['continuity']],
    ['gap-after-cutover', ['continuity']],
    ['growth-halved', ['growth']],
    ['history-gone', ['continuity', 'growth', 'retention']],
    ['history-stays', ['retention']],
    ['nothing that was undone', []],
  ])('by %s is found, and nothing else', async (name, findings) => {
    const fault = faults.find((known) => known.name === name);
    await using _planted = await fault?.plant({ sql, timeScale: 30 } as unknown as FaultTarget);
    expect(await found(7)).toEqual(findings);
  });
});

test('every fault has a name of its own and says what it is for', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  const harmless = faults.filter(({ expects, obstructs = [] }) => expects.length + obstructs.length === 0);
  expect(harmless.map(({ name }) => name).sort()).toEqual([
    'api-hiccups',
    'battery-sensor-sleeps',
    'gap-below-limit',
    'record-rejected',
    'sensor-clock-ahead',
  ]);
});
