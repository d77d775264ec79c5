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
const cutover = new Date(ago(7.1 * day));
const judge = (span: Change<StoredSpan>, policy: Change<RetentionState> = {}) =>
  judgeReach(seen(...spans(span)), seen(...policies(policy)), cutover, migration);

describe('a table that', () => {
  test.each<[string, Change<StoredSpan>, Date]>([
    ['has all rows since the cutover', {}, cutover],
    ['begins as soon after it as its stream may pause', { oldestAt: ago(7.1 * day - 200) }, cutover],
    [
      'keeps rows of the policy’s age though it once had older ones',
      { oldestAt: ago(90 * day) },
      new Date(ago(200 * day)),
    ],
    ['has older ones within a chunk and a day', { oldestAt: ago(97.9 * day) }, new Date(ago(200 * day))],
  ])('%s passes', (_, span, stored) => {
    const all = seen(...spans(span, () => true));
    expect(judgeReach(all, seen(...policies()), stored, migration)).toMatchObject({ kind: 'pass' });
  });

  test.each<[string, Change<StoredSpan>, Change<RetentionState>, string]>([
    [
      'lost rows of after the cutover',
      { oldestAt: ago(6 * day) },
      {},
      'rows of 1d 2h before it are gone before their time',
    ],
    [
      'keeps what should have been dropped',
      { oldestAt: ago(98.1 * day) },
      {},
      'where 90d and 8d of chunk and job are the longest',
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
  const stored = new Date(ago(7 * day));
  expect(judgeReach(unseen('the database'), seen(...policies()), stored, migration).kind).toBe('inconclusive');
  expect(judgeReach(seen(...spans()), unseen('the database'), stored, migration).kind).toBe('inconclusive');
});
