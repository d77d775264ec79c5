import { describe, expect, test } from 'vitest';
import type { RetentionState, StoredSpan } from '../database/observed.ts';
import { judgeReach } from './reach.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';

const day = 86_400;
const [first] = migration.new.hypertables;
if (first === undefined) throw new Error('no hypertable');

/** Members that are changed, or taken away. */
type Change<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

const spans = (
  change: Change<StoredSpan> = {},
  changed: (table: string) => boolean = (table) => table === first.table,
): StoredSpan[] =>
  migration.new.hypertables.map(
    ({ table }): Change<StoredSpan> => ({
      table,
      databaseNow: noon.toISOString(),
      oldestAt: ago(8 * day),
      chunkSeconds: 7 * day,
      jobEverySeconds: day,
      ...(changed(table) ? change : {}),
    }),
  ) as StoredSpan[];
const policies = (change: Change<RetentionState> = {}): RetentionState[] =>
  migration.new.hypertables.map(
    ({ table }): Change<RetentionState> => ({
      table,
      dropAfterSeconds: 90 * day,
      dropAfterText: '90 days',
      scheduled: true,
      lastRunStatus: 'Success',
      lastRunAt: ago(3600),
      ...(table === first.table ? change : {}),
    }),
  ) as RetentionState[];
const cutoverAt = ago(7.1 * day);
/** The captured oldest row of each table, none where that is not known. */
const firstRows = (oldestAt: string | undefined) => ({
  cutoverAt,
  captured: migration.new.hypertables.map(({ database, table }) => ({
    database,
    table,
    ...(oldestAt === undefined ? {} : { oldestAt }),
  })),
});
const judge = (span: Change<StoredSpan>, policy: Change<RetentionState> = {}) =>
  judgeReach(seen(...spans(span)), seen(...policies(policy)), firstRows(ago(8 * day)), migration);

describe('a table that', () => {
  test.each<[string, Change<StoredSpan>, string | undefined]>([
    ['has all rows that were captured', {}, ago(8 * day)],
    ['has all rows since the cutover, where none was captured', {}, undefined],
    ['begins as soon after the captured one as its stream may pause', { oldestAt: ago(8 * day - 200) }, ago(8 * day)],
    ['keeps rows of the policy’s age though it once had older ones', { oldestAt: ago(90 * day) }, ago(200 * day)],
    ['has older ones within a chunk and a day', { oldestAt: ago(97.9 * day) }, ago(200 * day)],
  ])('%s passes', (_, span, oldestAt) => {
    const all = seen(...spans(span, () => true));
    expect(judgeReach(all, seen(...policies()), firstRows(oldestAt), migration)).toMatchObject({ kind: 'pass' });
  });

  test('lost rows of before the cutover fails, though all since then are there', () => {
    const verdict = judge({ oldestAt: ago(7.5 * day) });
    expect(verdict).toMatchObject({ kind: 'fail' });
    expect(verdict.observed).toContain(
      'rows of 12 h before it are gone before their time, by the oldest row captured before the cutover',
    );
  });

  test.each<[string, Change<StoredSpan>, Change<RetentionState>, string]>([
    [
      'lost rows of after the cutover',
      { oldestAt: ago(6 * day) },
      {},
      'rows of 2 d before it are gone before their time',
    ],
    [
      'keeps what should have been dropped',
      { oldestAt: ago(98.1 * day) },
      {},
      'where 90 d and 8 d of chunk and job are the longest',
    ],
    ['holds no row', { oldestAt: undefined }, {}, 'holds no row'],
    ['has no policy', {}, { dropAfterSeconds: undefined }, 'no retention policy'],
    ['has a job that failed', {}, { lastRunStatus: 'Failed', lastError: 'lock timeout' }, 'ended Failed: lock timeout'],
  ])('%s fails', (_, span, policy, words) => {
    const verdict = judge(span, policy);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(words);
    expect(verdict.look).toMatch(/^kubectl exec -n timescaledb/);
  });

  test.each<[string, Change<StoredSpan>, Change<RetentionState>]>([
    ['has older rows and chunks of unknown length', { oldestAt: ago(91 * day), chunkSeconds: undefined }, {}],
    ['has a job that never ran', {}, { lastRunStatus: undefined }],
  ])('%s is inconclusive', (_, span, policy) => {
    expect(judge(span, policy).kind).toBe('inconclusive');
  });
});

test('what was not seen is inconclusive', () => {
  const first = firstRows(ago(7 * day));
  expect(judgeReach(unseen('the database'), seen(...policies()), first, migration).kind).toBe('inconclusive');
  expect(judgeReach(seen(...spans()), unseen('the database'), first, migration).kind).toBe('inconclusive');
});
