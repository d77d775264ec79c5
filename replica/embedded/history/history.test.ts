import { describe, expect, test } from 'vitest';
import { reading } from './readings.ts';
import { historyRows, type Span } from './rows.ts';
import { intervalMs, paceMs, pastSchedule, schedule } from './schedule.ts';
import type { HistoryOf } from './state.ts';
import { historySeeds, historyTopics } from './topics.ts';

const nowMs = Date.UTC(2026, 10, 24, 3, 20, 7, 123);
const before = { state: 'before-phase5', nowMs, timeScale: 1 } as const;
const topicOf = (name: string, of: Parameters<typeof historyTopics>[0] = before) => {
  const topic = historyTopics(of).find(({ topic }) => topic === name);
  if (!topic) throw new Error(`no topic ${name}`);
  return topic;
};
const rowsOf = (database: string, table: string, of: HistoryOf & Span = before) =>
  [...historyRows({ database, ...of })].filter((rows) => rows.table === table).flatMap(({ rows }) => [...rows()]);

test('the past holds eight days at life’s own rate', () => {
  const counts = Object.fromEntries(historyTopics(before).map(({ topic, recordCount }) => [topic, recordCount]));
  expect(counts['homelab-energy-realtime']).toBeGreaterThanOrEqual(69_119);
  expect(counts['homelab-energy-realtime']).toBeLessThanOrEqual(69_121);
  expect(counts['homelab-heatpump-telemetry']).toBeCloseTo(23_040, -1);
  expect(counts['homelab-temperature-outdoor']).toBeCloseTo(2_304, -1);
  expect(counts['homelab-temperature-indoor']).toBeCloseTo(768, -1);
});

test.each(['energy', 'heatpump', 'temperature-indoor', 'temperature-outdoor'] as const)(
  'moments of %s lie in their span, grow, and two spans that touch make one',
  (sensor) => {
    const [from, middle, to] = [nowMs - 40 * intervalMs[sensor], nowMs - 17.3 * intervalMs[sensor], nowMs];
    const times = (a: number, b: number) => {
      const { count, timeMs } = schedule(sensor, a, b);
      return Array.from({ length: count }, (_, index) => timeMs(index));
    };
    const whole = times(from, to);
    expect(whole.length).toBeGreaterThan(30);
    expect(whole.every((at, index) => at >= from && at < to && at > (whole[index - 1] ?? 0))).toBe(true);
    expect([...times(from, middle), ...times(middle, to)]).toEqual(whole);
  },
);

describe('topics', () => {
  test.each(historyTopics(before).map(({ topic }) => topic))('times of %s do not decrease', (name) => {
    const topic = topicOf(name);
    for (let index = 1; index < topic.recordCount; index++) {
      if (topic.timeMs(index) < topic.timeMs(index - 1))
        throw new Error(`record ${index} is older than the one before`);
    }
    expect(topic.timeMs(topic.recordCount - 1)).toBeLessThan(nowMs);
  });

  test('a record is the payload with ts, tags and fields', () => {
    const { value, key } = topicOf('homelab-heatpump-telemetry').record(100);
    const record = JSON.parse(value.toString());
    expect(record.ts).toMatch(/^2026-11-16T\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(record).toMatchObject({ Client_Name: 'thermiq_heatpump', tags: { device_id: 'thermiq_heatpump' } });
    expect(record.fields.outdoor_temp).toBe(record.d0);
    expect(key?.toString()).toBe('thermiq_heatpump');
  });

  test('every group had committed all of its topics', () => {
    const committed = historySeeds(before).flatMap(({ topic, committed }) =>
      Object.entries(committed ?? {}).map(([group, offset]) => ({ group, topic, offset })),
    );
    for (const { topic, offset } of committed) expect(offset).toBe(topicOf(topic).recordCount);
    const topicsOf = (name: string) => committed.filter(({ group }) => group === name).map(({ topic }) => topic);
    expect(topicsOf('timescaledb-temperature')).toEqual(['homelab-temperature-indoor', 'homelab-temperature-outdoor']);
    expect(topicsOf('heatpump-settings')).toEqual(['homelab-heatpump-telemetry']);
    expect(topicsOf('redpanda-sink-v2')).toHaveLength(4);
  });
});

describe('rows agree with records', () => {
  test.each([
    ['homelab-energy-realtime', 'energy_consumption'],
    ['homelab-heatpump-telemetry', 'heatpump_status'],
  ])('%s and %s', (name, table) => {
    const topic = topicOf(name);
    const rows = rowsOf('telemetry', table);
    expect(rows).toHaveLength(topic.recordCount);
    for (const index of [0, 1, 777, rows.length - 1]) {
      const record = JSON.parse(topic.record(index).value.toString());
      expect(rows[index]?.slice(0, 2)).toEqual([record.ts, record.tags.device_id]);
    }
  });

  test('the shared table holds both locations', () => {
    const locations = rowsOf('telemetry', 'temperature_sensors').map((row) => row[3]);
    expect(locations.filter((location) => location === 'indoor')).toHaveLength(
      topicOf('homelab-temperature-indoor').recordCount,
    );
    expect(locations.filter((location) => location === 'outdoor')).toHaveLength(
      topicOf('homelab-temperature-outdoor').recordCount,
    );
  });

  test('settings are those of the newest heat pump record', () => {
    const topic = topicOf('homelab-heatpump-telemetry');
    const { d50, d51 } = JSON.parse(topic.record(topic.recordCount - 1).value.toString());
    expect(rowsOf('heatpump_settings', 'settings')).toEqual([
      ['thermiq_heatpump', d50, d51, 38, 22, 55, 1, 0, -1, 17, expect.any(Date)],
    ]);
  });

  test('an old table holds each sample once, its topic twice', () => {
    expect(rowsOf('timescaledb', 'heatpump')).toHaveLength(topicOf('heatpump-telemetry').recordCount / 2);
    expect(rowsOf('timescaledb', 'energy').length).toBeCloseTo(8 * 1_440, -1);
    const times = rowsOf('timescaledb', 'heatpump').map((row) => row[0]);
    expect(new Set(times).size).toBe(times.length);
  });
});

describe.each(['before-phase5', 'after-phase5'] as const)(
  '%s: a past that was kept, and what has come since',
  (state) => {
    const now = { state, nowMs, timeScale: 30 };
    // On the hour, as all that is kept: a minute of which only a part is kept would have no sample.
    const keptUntilMs = Date.UTC(2026, 10, 23, 22);
    const kept = { state: 'before-phase5', nowMs: keptUntilMs, timeScale: 1, toMs: keptUntilMs } as const;

    test.each([
      ['telemetry', 'heatpump_status'],
      ['telemetry', 'temperature_sensors'],
      ['timescaledb', 'heatpump'],
      ['timescaledb', 'telemetry'],
      ['timescaledb', 'heatpump_settings'],
      ['heatpump_settings', 'settings'],
    ])('of %s.%s make the whole', (database, table) => {
      const inOrder = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();
      const whole = inOrder(rowsOf(database, table, now));
      const parts = inOrder([
        ...rowsOf(database, table, kept),
        ...rowsOf(database, table, { ...now, fromMs: keptUntilMs }),
      ]);
      expect(whole.length).toBeGreaterThan(0);
      // What was kept begins as much earlier as it was kept earlier.
      expect(parts.slice(-whole.length)).toEqual(whole);
      expect(new Set(parts).size).toBe(parts.length);
    });
  },
);

test('after the cutover the old past ends an hour ago, the new one now', () => {
  const after = { state: 'after-phase5', nowMs, timeScale: 1 } as const;
  const newest = (name: string) => {
    const topic = topicOf(name, after);
    return nowMs - topic.timeMs(topic.recordCount - 1);
  };
  expect(newest('heatpump-telemetry')).toBeGreaterThanOrEqual(3_600_000);
  expect(newest('energy-realtime')).toBeLessThan(3_600_000 + 130_000);
  expect(newest('homelab-energy-realtime')).toBeLessThanOrEqual(12_000);
});

test('counters only grow, and values stay plausible', () => {
  let [energy, hours] = [0, 0];
  for (let at = nowMs - 8 * 86_400_000; at < nowMs; at += 600_000) {
    const meter = reading('energy', at) as {
      activeTotalConsumption: { total: number };
      activeActualConsumption: { total: number; L1: number; L2: number; L3: number };
    };
    const pump = reading('heatpump', at) as { d104: number; d0: number };
    expect(meter.activeTotalConsumption.total).toBeGreaterThan(energy);
    expect(pump.d104).toBeGreaterThanOrEqual(hours);
    expect(Math.abs(pump.d0)).toBeLessThan(40);
    const { total, L1, L2, L3 } = meter.activeActualConsumption;
    expect(L1 + L2 + L3).toBe(total);
    [energy, hours] = [meter.activeTotalConsumption.total, pump.d104];
  }
});

test.each(['energy', 'temperature-outdoor', 'temperature-indoor'] as const)(
  'the last two windows of %s went at the replica’s pace, without a gap to what came before',
  (sensor) => {
    const past = pastSchedule(sensor, { nowMs, timeScale: 30 });
    const times = Array.from({ length: 400 }, (_, index) => past.timeMs(past.count - 400 + index));
    const recent = times.filter((at) => at >= nowMs - 240_000);
    expect(recent).toHaveLength(240_000 / paceMs(sensor, 30));
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(intervalMs[sensor] * 1.2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    expect(nowMs - (times.at(-1) ?? 0)).toBeLessThanOrEqual(paceMs(sensor, 30));
  },
);
