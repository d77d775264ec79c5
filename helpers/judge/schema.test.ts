import { describe, expect, test } from 'vitest';
import type { JobState } from '../cluster/observed.ts';
import type { HypertableState, MigrationsState, RetentionState } from '../database/observed.ts';
import { judgeHypertables } from './hypertables.ts';
import { judgeMigrations } from './migrations.ts';
import { judgeRetention } from './retention.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';

const applied = (database: string, versions: readonly number[], appliedAt = ago(30 * 86_400)): MigrationsState => ({
  database,
  tableExists: true,
  versions: versions.map((version) => ({ version, name: `v${version}`, appliedAt })),
});
const settings = applied('settings', [1]);

describe('migrations', () => {
  const job = (change: Partial<JobState> = {}): JobState => ({
    namespace: 'timescaledb',
    name: 'timescaledb-migration',
    exists: true,
    succeeded: 1,
    failed: 0,
    active: 0,
    ...change,
  });
  const other = job({ namespace: 'heatpump-settings', name: 'postgres-migration', exists: false, succeeded: 0 });
  const judge = (state: MigrationsState, change: Partial<JobState> = {}) =>
    judgeMigrations(seen(state, settings), seen(job(change), other), migration);

  test('the expected versions pass, a Job cleaned up by its ttl too', () => {
    expect(judge(applied('telemetry', [1, 2, 3]))).toMatchObject({
      kind: 'pass',
      summary: '2 databases at the expected version: telemetry 1, 2, 3; settings 1',
    });
  });

  test('a version beyond the expected is told', () => {
    const verdict = judge(applied('telemetry', [1, 2, 3, 4]));
    expect(verdict).toMatchObject({
      kind: 'pass',
      observed: expect.stringContaining('4 beyond what migration.yaml expects'),
    });
  });

  test.each<[string, MigrationsState, Partial<JobState>, string]>([
    ['a missing version', applied('telemetry', [1, 3]), {}, 'lacks version 2; applied: 1, 3'],
    ['none applied', applied('telemetry', []), {}, 'lacks versions 1, 2 and 3; applied: none'],
    ['no table', { database: 'telemetry', tableExists: false, versions: [] }, {}, 'the table does not exist'],
    [
      'a failed Job',
      applied('telemetry', [1, 2, 3]),
      { succeeded: 0, failed: 6 },
      'failed: 6 failed pods, none succeeded',
    ],
  ])('%s fails', (_, state, change, observed) => {
    expect(judge(state, change)).toMatchObject({ kind: 'fail', observed: expect.stringContaining(observed) });
  });

  test.each<[string, Partial<JobState>]>([
    ['that runs', { succeeded: 0, active: 1, failed: 2 }],
    ['that has not begun', { succeeded: 0 }],
  ])('a Job %s is inconclusive', (_, change) => {
    expect(judge(applied('telemetry', [1, 2, 3]), change).kind).toBe('inconclusive');
  });

  test('unseen is inconclusive', () => {
    expect(judgeMigrations(unseen('telemetry'), unseen('Job'), migration).kind).toBe('inconclusive');
  });
});

describe('hypertables', () => {
  const table = (name: string, change: Partial<HypertableState> = {}): HypertableState => ({
    table: name,
    exists: true,
    isHypertable: true,
    timeColumn: 'time',
    ...change,
  });
  const judge = (change: Partial<HypertableState>) =>
    judgeHypertables(
      seen(table('heatpump_status', change), table('energy_consumption'), table('temperature_sensors')),
      migration,
    );

  test('three pass', () => expect(judge({})).toMatchObject({ kind: 'pass', summary: '3 hypertables' }));

  test.each<[string, Partial<HypertableState>, string]>([
    ['no table', { exists: false, isHypertable: false }, 'the table does not exist'],
    ['a plain table', { isHypertable: false }, 'a plain table, no hypertable'],
    ['another column', { timeColumn: 'inserted_at' }, 'a hypertable on inserted_at, not on time'],
  ])('%s fails', (_, change, observed) => {
    expect(judge(change)).toMatchObject({ kind: 'fail', observed: `heatpump_status: ${observed}` });
  });

  test('unseen is inconclusive', () =>
    expect(judgeHypertables(unseen('telemetry'), migration).kind).toBe('inconclusive'));
});

describe('retention', () => {
  const day = 86_400;
  const policy = (table: string, change: Partial<RetentionState> = {}): RetentionState => ({
    table,
    dropAfterSeconds: 90 * day,
    dropAfterText: '90 days',
    scheduled: true,
    lastRunStatus: 'Success',
    lastRunAt: ago(3600),
    totalFailures: 0,
    ...change,
  });
  const judge = (change: Partial<RetentionState>, migrations = applied('telemetry', [1, 2, 3])) =>
    judgeRetention(
      seen(policy('heatpump_status', change), policy('energy_consumption'), policy('temperature_sensors')),
      seen(migrations, settings),
      noon,
      migration,
    );
  const { lastRunStatus: _, lastRunAt: __, ...neverRan } = policy('heatpump_status');
  const judgeNever = (appliedAt: string) =>
    judgeRetention(seen(neverRan), seen(applied('telemetry', [1], appliedAt)), noon, migration);

  test('exactly the declared age, run and well, passes', () => {
    expect(judge({})).toMatchObject({ kind: 'pass', summary: '3 policies of the declared age, last runs successful' });
  });

  test.each<[string, Partial<RetentionState>, string]>([
    ['60 days', { dropAfterSeconds: 60 * day }, 'drops after 60 d, 90 d wanted'],
    ['a second more', { dropAfterSeconds: 90 * day + 1 }, '90 d wanted'],
    ['a disabled job', { scheduled: false }, 'its job is disabled'],
    [
      'a failed run',
      { lastRunStatus: 'Failed', totalFailures: 3, lastError: 'permission denied' },
      'its last run ended Failed, 3 failures so far: permission denied',
    ],
  ])('%s fails', (_, change, observed) => {
    expect(judge(change)).toMatchObject({ kind: 'fail', observed: expect.stringContaining(observed) });
  });

  test('no policy fails', () => {
    const verdict = judgeRetention(seen({ table: 'heatpump_status' }), seen(settings), noon, migration);
    expect(verdict).toMatchObject({ kind: 'fail', observed: 'heatpump_status: no retention policy, 90 d wanted' });
  });

  test('one that never ran is inconclusive, unless it is younger than a day', () => {
    expect(judgeNever(ago(2 * day)).kind).toBe('inconclusive');
    expect(judgeNever(ago(3600))).toMatchObject({ kind: 'pass', observed: expect.stringContaining('made 1 h ago') });
    expect(judgeNever('').kind).toBe('inconclusive');
  });

  test('unseen is inconclusive', () => {
    expect(judgeRetention(unseen('telemetry'), unseen('telemetry'), noon, migration).kind).toBe('inconclusive');
  });
});
