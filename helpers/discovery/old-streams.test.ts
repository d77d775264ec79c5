import { describe, expect, test } from 'vitest';
import { known, unknown } from './fact.ts';
import { Marked } from './marked.ts';
import type { OldTable } from './measure.ts';
import { draftOldStreams, likeness, type NewStream } from './old-streams.ts';

const table = (name: string, columns: Record<string, string>, change: Partial<OldTable> = {}): OldTable => ({
  table: name,
  columns: Object.keys(columns),
  types: new Map(Object.entries(columns)),
  timeColumn: 'ts',
  isSeries: true,
  pace: known({ records: 200, everySeconds: 60, longestGapSeconds: 61 }),
  ...change,
});
const stream = (name: string, tableName: string, columns: Record<string, string>): NewStream => ({
  name,
  topic: `homelab-${name}`,
  table: tableName,
  columns: new Map(Object.entries(columns)),
});

const float = 'double precision';
const heatpump = table('heatpump', {
  ts: 'timestamptz',
  device_id: 'text',
  outdoor_temp: float,
  hotwater_temp: 'bigint',
  integral: 'bigint',
});
const energy = table('energy', { ts: 'timestamptz', consumption_total_w: float });
const rooms = table('telemetry', { ts: 'timestamptz', sensor: 'text', temperature_c: float });
const settings = table(
  'heatpump_settings',
  { device_id: 'text', mode: 'integer', curve: 'integer', updated_at: 'timestamptz' },
  { isSeries: false, timeColumn: 'updated_at' },
);
const all = [energy, heatpump, settings, rooms];
const topics = ['heatpump-telemetry', 'energy-realtime', 'sensor-state', 'heatpump-settings'];
const streams = [
  stream('energy', 'energy_consumption', { active_power_total: 'smallint' }),
  stream('heatpump', 'heatpump_status', { outdoor_temp: 'smallint', hotwater_temp: 'smallint' }),
  stream('temperature-indoor', 'temperature_sensors', { temperature_c: float }),
  stream('temperature-outdoor', 'temperature_sensors', { temperature_c: float }),
];
const newSettings = { device: 'device_id', columns: ['mode', 'curve', 'heatstop'] };

/** The draft without its marks. */
function plain(draft: unknown): unknown {
  if (draft instanceof Marked) return plain(draft.value);
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return draft;
  return Object.fromEntries(Object.entries(draft).map(([key, value]) => [key, plain(value)]));
}

describe('of the plan’s old database', () => {
  const draft = draftOldStreams(all, topics, streams, newSettings);

  test('tables are told by their columns, else by their name, and topics by theirs', () => {
    expect(plain(draft.streams)).toEqual({
      heatpump: {
        topic: 'heatpump-telemetry',
        table: 'heatpump',
        time: 'ts',
        device: 'device_id',
        every: '1m',
        freshness: '5m',
        new: 'heatpump',
        columns: {
          outdoor_temp: { column: 'outdoor_temp', tolerance: { rounding: 1 } },
          hotwater_temp: { column: 'hotwater_temp' },
        },
      },
      energy: {
        topic: 'energy-realtime',
        table: 'energy',
        time: 'ts',
        every: '1m',
        freshness: '5m',
        new: 'energy',
        columns: {},
      },
    });
  });

  test('what nothing was found for is left out and named: a placeholder would let P3.columns pass', () => {
    expect(draft.streams.why).toContain('nothing was found for telemetry (ts, sensor, temperature_c)');
    const { heatpump: of } = draft.streams.value as Record<string, { columns: Marked; new: Marked }>;
    expect(of?.columns.why).toContain(
      'P3.columns fails until these are given a column or dropped with a reason: integral',
    );
    expect(of?.new).toMatchObject({ kind: 'guess', why: '2 of 3 columns have the same name' });
  });

  test('the settings are the table that is written over and has the new settings’ columns', () => {
    expect(plain(draft.settings)).toEqual({
      topic: 'heatpump-settings',
      table: 'heatpump_settings',
      device: 'device_id',
      updated: 'updated_at',
      freshness: '5m',
      columns: { mode: { column: 'mode' }, curve: { column: 'curve' } },
    });
  });
});

test('two new streams that are as like are no guess', () => {
  const { streams: draft } = draftOldStreams([rooms], ['sensor-state'], streams, undefined);
  expect(draft).toMatchObject({ kind: 'unknown', value: {} });
});

test('a table that no topic is found for is left out', () => {
  const { streams: draft } = draftOldStreams([heatpump], [], streams, undefined);
  expect(draft.why).toContain('nothing was found for heatpump');
});

test('the one topic that is left is the one table’s', () => {
  const { streams: draft } = draftOldStreams([heatpump, energy], ['energy-realtime', 'boiler'], streams, undefined);
  expect(plain(draft)).toMatchObject({ heatpump: { topic: 'boiler' }, energy: { topic: 'energy-realtime' } });
});

test('a pace that could not be measured is a placeholder', () => {
  const slow = { ...heatpump, pace: unknown('heatpump holds too few rows to tell') };
  const { streams: draft } = draftOldStreams([slow], ['heatpump'], streams, undefined);
  const { heatpump: of } = draft.value as Record<string, { every: Marked }>;
  expect(of?.every).toMatchObject({ kind: 'unknown', why: 'heatpump holds too few rows to tell' });
});

test('names are alike by their words, the first before the others', () => {
  expect(likeness('heatpump_settings', 'heatpump-settings')).toBe(1);
  expect(likeness('heatpump', 'heatpump-telemetry')).toBeGreaterThan(likeness('telemetry', 'heatpump-telemetry'));
  expect(likeness('telemetry', 'sensor-state')).toBe(0);
});
