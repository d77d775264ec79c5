import { describe, expect, test } from 'vitest';
import { type Counts, pacesBetween, pacesOver, passages } from './counts.ts';
import { ago, group, migration, noon, seen, topic, unseen, windowRows } from './testing/samples.ts';
import { windowBefore, windowBetween } from './window.ts';

const window = windowBefore(noon, 3600, []);
const topics = [...new Set(Object.values(migration.new.streams).map(({ topic }) => topic))];
const counts: Counts = {
  window,
  records: seen(
    ...topics.map((topic, index) => ({ topic, from: window.from, to: window.to, records: 10 * (index + 1) })),
  ),
  rows: seen(...Object.keys(migration.new.streams).map((stream, index) => windowRows(stream, { rowCount: index + 1 }))),
};
const heatpump = 'homelab-heatpump-telemetry';
const groups = seen(
  group('heatpump-settings', [heatpump], {
    partitions: [{ topic: heatpump, partition: 0, highOffset: 100, committedOffset: 93, lagRecords: 7 }],
  }),
);

describe('what passed a stream', () => {
  const passage = (instance: string, stream: string) =>
    passages(counts, groups, migration).find((one) => one.instance === instance && one.stream === stream);

  test('of the bridge: the records of its topic', () => {
    expect(passage('bridge', 'energy')).toEqual({
      instance: 'bridge',
      stream: 'energy',
      records: 10,
      unit: 'records',
      expected: 360,
    });
  });

  test('of a sink that serves two topics: the records and rows of both', () => {
    expect(passage('telemetry-sink', 'temperature')).toMatchObject({
      records: 30 + 40,
      arrived: 3 + 4,
      expected: 4 + 12,
    });
  });

  test('of the settings: what their group has consumed', () => {
    expect(passage('settings-sink', 'settings')).toMatchObject({ records: 20, arrived: 13, unit: 'consumed' });
  });

  test('is left out where something of it stayed unseen', () => {
    const blind = { ...counts, rows: { seen: counts.rows.seen, unseen: unseen('energy').unseen } };
    const found = passages(blind, { seen: [], unseen: [] }, migration).map(
      ({ instance, stream }) => `${instance}/${stream}`,
    );
    expect(found).toContain('bridge/energy');
    expect(found).not.toContain('telemetry-sink/energy');
    expect(found).not.toContain('settings-sink/settings');
  });
});

test('over the window records stand beside rows, with the larger of the lags seen as in flight', () => {
  const energy = (lagRecords: number) =>
    seen(
      group('timescaledb-energy', [], {
        partitions: [{ topic: 'homelab-energy-realtime', partition: 0, highOffset: 9, committedOffset: 1, lagRecords }],
      }),
    );
  const [pace] = pacesOver(counts, [energy(3), energy(1)], migration).seen;
  expect(pace).toMatchObject({ stream: 'energy', records: 10, rows: 1, inFlight: 3, edges: 2, seconds: 3600 });
});

test('a window that maintenance cut has more edges and fewer seconds', () => {
  const cut = windowBefore(noon, 3600, [{ from: ago(1000), to: ago(400), reason: 'planned' }]);
  const [pace] = pacesOver({ ...counts, window: cut }, [], migration).seen;
  expect(pace).toMatchObject({ edges: 4, seconds: 3000, inFlight: undefined });
});

test('between two readings records are what the topic’s ends moved by, over all partitions', () => {
  const ends = (...offsets: number[]) =>
    seen(
      topic('homelab-energy-realtime', {
        partitions: offsets.map((highOffset, partition) => ({ partition, lowOffset: 0, highOffset })),
      }),
    );
  const between = {
    window: windowBetween(new Date(ago(3)), noon, []),
    topics: [ends(10, 20), ends(12, 21)] as const,
    rows: seen(windowRows('energy', { rowCount: 2 })),
    groups,
  };
  const { seen: paces } = pacesBetween(between, migration);
  expect(paces.find(({ stream }) => stream === 'energy')).toMatchObject({ records: 3, rows: 2, seconds: 3 });
  expect(paces.map(({ stream }) => stream)).not.toContain('heatpump');
});
