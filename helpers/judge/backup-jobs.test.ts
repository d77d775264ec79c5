import { describe, expect, test } from 'vitest';
import type { ArtefactSight, BackupJobState } from '../backup/observed.ts';
import { judgeBackupJobs } from './backup-jobs.ts';
import { dumpFacts, restoreOutcome } from './testing/backups.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';
import type { Sightings } from './verdict.ts';

const places = migration.backup.cronJobs.map(({ namespace, name }) => ({ namespace, name }));
const unavailable: Sightings<ArtefactSight> = seen(...places.map((one) => ({ ...one, unavailable: 'no store' })));

/** The first as given, the other well. */
function jobs(change: Partial<BackupJobState>): Sightings<BackupJobState> {
  return seen(
    ...places.map((place, index) => ({
      ...place,
      exists: true,
      foundInstead: [],
      isSuspended: false,
      lastSuccessAt: ago(3600),
      lastJob: { name: 'night', outcome: 'succeeded' as const, at: ago(3700) },
      ...(index === 0 ? change : {}),
    })),
  );
}

const judge = (change: Partial<BackupJobState>, artefacts = unavailable) =>
  judgeBackupJobs(jobs(change), artefacts, migration, noon);

test('CronJobs that succeeded in time pass, and what cannot be had is said', () => {
  expect(judge({})).toMatchObject({
    kind: 'pass',
    summary: '2 CronJobs succeeded; 0 of 2 dumps restored, 2 cannot be had from here',
  });
});

describe('a CronJob fails the criterion when it', () => {
  test.each<[string, Partial<BackupJobState>, RegExp]>([
    ['is missing', { exists: false, foundInstead: ['other'] }, /does not exist; found instead: other/],
    ['is suspended', { isSuspended: true }, /it is suspended; its last success is 1 h old/],
    ['failed last', { lastJob: { name: 'n', outcome: 'failed', at: ago(60) } }, /its newest Job n failed/],
    ['succeeded too long ago', { lastSuccessAt: ago(27 * 3600) }, /1 d 3 h old, limit 1 d 2 h/],
  ])('%s', (_, change, words) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });

  test('never succeeded', () => {
    const all = jobs({});
    const never = { ...all, seen: all.seen.map(({ lastSuccessAt: _, ...job }) => job) };
    expect(judgeBackupJobs(never, unavailable, migration, noon).observed).toMatch(/it never succeeded, limit/);
  });
});

describe('what it made last', () => {
  const artefact = (change: Partial<ArtefactSight>) => seen(...places.map((place) => ({ ...place, ...change })));

  test('restores', () => {
    expect(judge({}, artefact({ facts: dumpFacts(), outcome: restoreOutcome() })).summary).toBe(
      '2 CronJobs succeeded; 2 of 2 dumps restored',
    );
  });

  test.each<[string, Partial<ArtefactSight>, RegExp]>([
    ['empty', { facts: dumpFacts({ isEmpty: true }) }, /is empty/],
    ['cut off', { facts: dumpFacts({ isComplete: false }) }, /is truncated/],
    ['not to be restored', { facts: dumpFacts(), outcome: restoreOutcome({ failed: 'no' }) }, /does not restore: no/],
    ['without a row', { facts: dumpFacts(), outcome: restoreOutcome({ tables: [] }) }, /without a row/],
  ])('%s fails', (_, change, words) => {
    expect(judge({}, artefact(change))).toMatchObject({ kind: 'fail', observed: expect.stringMatching(words) });
  });

  test('that was not fetched is inconclusive', () => {
    expect(judge({}, unseen('the newest dump')).kind).toBe('inconclusive');
  });
});
