import { describe, expect, test } from 'vitest';
import type { TopicState } from '../../broker/observed.ts';
import type { StreamRows } from '../../database/observed.ts';
import { ago, migration, noon, seen, topic, unseen } from '../testing/samples.ts';
import { judgeOldFlows, type OldReading } from './old-flows.ts';

const { streams } = migration.old;

function reading(
  change: { topic?: (name: string) => Partial<TopicState>; row?: (stream: string) => Partial<StreamRows> } = {},
): OldReading {
  const rows = Object.entries(streams).map(([stream, { table }]) => ({
    stream,
    database: 'timescaledb',
    table,
    exists: true,
    databaseNow: noon.toISOString(),
    newestAt: ago(40),
    newestAgeSeconds: 40,
    ...change.row?.(stream),
  }));
  return {
    topics: seen(...migration.old.topics.map((name) => topic(name, change.topic?.(name)))),
    rows: seen(...rows),
  };
}

const only =
  <T>(wanted: string, change: T) =>
  (name: string) =>
    name === wanted ? change : {};
const judge = (second: OldReading, first = reading()) => judgeOldFlows(first, second, migration);

test('passes when all is fresh', () => {
  expect(judge(reading())).toMatchObject({ kind: 'pass', summary: '4 old topics and 3 old tables receive data' });
});

describe('fails', () => {
  test.each<[string, OldReading, string]>([
    [
      'a topic that stands still',
      reading({ topic: only('energy-realtime', { newestAt: ago(400), newestAgeSeconds: 400 }) }),
      'energy-realtime: newest record 6 min 40 s old, limit 5 min',
    ],
    [
      'a topic that is gone',
      reading({ topic: only('sensor-state', { exists: false, partitions: [] }) }),
      'sensor-state: the topic does not exist',
    ],
    [
      'a topic without a record',
      reading({ topic: only('sensor-state', { partitions: [{ partition: 0, lowOffset: 5, highOffset: 5 }] }) }),
      'sensor-state: ',
    ],
    [
      'a topic that was made anew',
      reading({ topic: only('sensor-state', { partitions: [{ partition: 0, lowOffset: 0, highOffset: 3 }] }) }),
      'went back by 997 records',
    ],
    [
      'a table without a row',
      { ...reading(), rows: seen(...reading().rows.seen.map(({ newestAt: _, newestAgeSeconds: __, ...row }) => row)) },
      'the table holds no row',
    ],
    [
      'a table that is gone',
      reading({ row: only('rooms', { exists: false }) }),
      'telemetry (rooms): the table does not exist',
    ],
    [
      'rows that vanish',
      reading({ row: only('energy', { newestAt: ago(90), newestAgeSeconds: 90 }) }),
      'went back by 50 s',
    ],
  ])('for %s', (_, second, observed) => {
    const verdict = judge(second);
    expect(verdict).toMatchObject({ kind: 'fail', observed: expect.stringContaining(observed) });
  });
});

test('a table that stands still fails', () => {
  const still = reading({ row: only('heatpump', { newestAt: ago(400), newestAgeSeconds: 400 }) });
  const verdict = judge(still, still);
  expect(verdict).toMatchObject({ kind: 'fail', since: ago(400) });
  expect(verdict.observed).toContain('heatpump (heatpump): newest row 6 min 40 s old, limit 5 min');
});

test('is inconclusive when a side cannot be read', () => {
  expect(judge({ ...reading(), topics: unseen('energy-realtime') }).kind).toBe('inconclusive');
  expect(judge({ ...reading(), rows: unseen('energy') }).kind).toBe('inconclusive');
});
