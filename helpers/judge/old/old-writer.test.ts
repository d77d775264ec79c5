import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GroupState, TopicState } from '../../broker/observed.ts';
import type { TableState } from '../../database/observed.ts';
import { ago, group, migration, seen, topic, unseen } from '../testing/samples.ts';
import type { Sightings } from '../verdict.ts';
import { judgeNoOldWriter } from './old-writer.ts';

interface Change {
  readonly topics?: Sightings<TopicState>;
  readonly tables?: Sightings<TableState>;
  readonly groups?: Sightings<GroupState>;
}

const table = (change: Partial<TableState> = {}): TableState => ({
  database: 'old',
  table: 'heatpump',
  databaseNow: ago(0),
  insertedRows: 100,
  changedRows: 0,
  sizeBytes: 1,
  isSeries: true,
  newestAt: ago(3600),
  ...change,
});
const silent = (change: Partial<GroupState> = {}) =>
  group('redpanda-sink', [], { state: 'Empty', members: [], ...change });
const partitions = (...highs: number[]) => ({
  partitions: highs.map((highOffset, partition) => ({ partition, lowOffset: 0, highOffset })),
});
const sample = (at: string, { topics, tables, groups }: Change = {}) => ({
  at,
  oldTopics: topics ?? seen(topic('heatpump-telemetry', { newestAt: ago(3600) })),
  oldTables: tables ?? seen(table()),
  oldGroups: groups ?? seen(silent()),
});
const judge = (...changes: Change[]) =>
  judgeNoOldWriter(
    changes.map((change, index) => sample(ago(900 - index), change)),
    900,
    migration,
  );

test('nothing new in topics and tables, and no member, passes', () => {
  expect(judge({}, {}, {})).toMatchObject({
    kind: 'pass',
    summary: '1 topic, 1 table and 1 group of the old system silent over 15 min',
  });
});

test('what any partition got is told, whatever the others have', () => {
  const offsets = fc.array(fc.tuple(fc.nat(1e9), fc.nat(1e6)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(offsets, (grown) => {
      const at = (end: 0 | 1) =>
        seen(
          topic('heatpump-telemetry', {
            newestAt: ago(3600),
            ...partitions(...grown.map(([before, more]) => before + end * more)),
          }),
        );
      const verdict = judge({ topics: at(0) }, { topics: at(1) });
      const records = grown.reduce((sum, [, more]) => sum + more, 0);
      expect(verdict.kind).toBe(records > 0 ? 'fail' : 'pass');
      if (records > 1) expect(verdict.observed.replaceAll(',', '')).toContain(`${records} records came in 15 min`);
    }),
  );
});

describe('fails:', () => {
  test.each<[string, Change, RegExp]>([
    [
      'a topic that was made anew and written to, though it ends before where it did',
      { topics: seen(topic('heatpump-telemetry', { ...partitions(3), newestAt: ago(1) })) },
      /records came/,
    ],
    ['a newer row', { tables: seen(table({ newestAt: ago(60) })) }, /old table heatpump: rows inserted/],
    ['a row that is stamped in the past', { tables: seen(table({ insertedRows: 101 })) }, /1 row inserted/],
    ['a first row', { tables: seen(table({ newestAt: ago(60), insertedRows: 0 })) }, /rows inserted/],
    [
      'a member of an old group',
      { groups: seen(silent({ members: [{ memberId: 'm', clientId: 'sink', clientHost: '/10.0.0.7' }] })) },
      /group redpanda-sink: has a member: sink at 10.0.0.7/,
    ],
  ])('%s', (_, change, words) => {
    const verdict = judge({}, change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });

  test('a member that came and went between the first look and the last', () => {
    const members = [{ memberId: 'm', clientId: 'sink', clientHost: '/10.0.0.7' }];
    const verdict = judge({}, { groups: seen(silent({ members })) }, {});
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(899) });
  });
});

test('a topic that is gone does not grow, and statistics that began anew count no rows', () => {
  const topics = seen(topic('heatpump-telemetry', { exists: false, partitions: [] }));
  expect(judge({}, { topics, tables: seen(table({ insertedRows: 0 })) }).kind).toBe('pass');
});

test('what was not seen at one end, and a single look, are inconclusive', () => {
  expect(judge({ topics: unseen('topic energy-realtime') }, {}).kind).toBe('inconclusive');
  expect(judge({}, { tables: unseen('the old database') }).kind).toBe('inconclusive');
  expect(judge({}).kind).toBe('inconclusive');
  expect(judge().kind).toBe('inconclusive');
});
