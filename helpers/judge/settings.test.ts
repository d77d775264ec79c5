import { describe, expect, test } from 'vitest';
import type { TopicRecord } from '../broker/observed.ts';
import type { SettingsRow } from '../database/observed.ts';
import { judgeSettings } from './settings.ts';
import { ago, migration, seen, unseen } from './testing/samples.ts';

const told = { d50: 20.5, d51: 1, d52: 40, d53: 20, d54: 60, d55: 0, d56: 0, d57: 0, d58: 17 };
const record = (seconds: number, members: object, device = 'pump', offset = 1000 - seconds): TopicRecord => ({
  topic: migration.new.settings.topic,
  partition: 0,
  offset,
  at: ago(seconds),
  value: { ts: ago(seconds), tags: { device_id: device }, fields: {}, ...members },
});
const row = (change: Record<string, number | null> = {}, deviceId = 'pump'): SettingsRow => ({
  deviceId,
  updatedAt: ago(86_400),
  values: {
    indoor_target_temp: 20.5,
    mode: 1,
    curve: 40,
    curve_min: 20,
    curve_max: 60,
    curve_plus_5: 0,
    curve_zero: 0,
    curve_minus_5: 0,
    heatstop: 17,
    ...change,
  },
});
const judge = (rows: readonly SettingsRow[], records: readonly TopicRecord[]) =>
  judgeSettings(seen(...rows), seen(...records), migration);

describe('passes', () => {
  test('equal values, however old updated_at is', () => {
    expect(judge([row()], [record(5, told)])).toMatchObject({
      kind: 'pass',
      summary: '1 device, 9 settings equal to the newest telemetry',
    });
  });

  test('a value under fields, as text, and at a real column’s precision', () => {
    const told32 = { ...told, d50: undefined, fields: { d50: '20.1' } };
    expect(judge([row({ indoor_target_temp: Math.fround(20.1) })], [record(5, told32)]).kind).toBe('pass');
  });

  test('the newest record that has the value counts, whatever the order they come in', () => {
    const records = [record(60, { ...told, d51: 2 }), record(5, { ...told, d51: null }), record(30, told)];
    expect(judge([row()], records).kind).toBe('pass');
  });

  test('records that name no device are told, not judged', () => {
    const nameless = { ...record(1, { ...told, d51: 7 }), value: { ...told, d51: 7 } };
    expect(judge([row()], [record(5, told), nameless])).toMatchObject({
      kind: 'pass',
      summary: expect.stringContaining('1 record without tags.device_id'),
    });
  });

  test('records that are no JSON are told, not judged', () => {
    const broken = { topic: 't', partition: 0, offset: 2000, at: ago(1), parseError: 'not JSON' };
    const verdict = judge([row()], [record(5, told), broken]);
    expect(verdict).toMatchObject({
      kind: 'pass',
      summary: expect.stringContaining('1 record could not be read as JSON'),
    });
  });

  test('a setting that the device never tells, and the table does not have', () => {
    const { d57: _, ...rest } = told;
    expect(judge([row({ curve_minus_5: null })], [record(5, rest)])).toMatchObject({
      kind: 'pass',
      summary: '1 device, 8 settings equal to the newest telemetry, 1 never told',
    });
  });
});

describe('fails', () => {
  test('another value, told and stored, since the record', () => {
    const verdict = judge([row()], [record(5, { ...told, d51: 3 })]);
    expect(verdict).toMatchObject({
      kind: 'fail',
      observed: `pump mode: stored 1, telemetry 3 at ${ago(5)}`,
      since: ago(5),
      look: expect.stringContaining('SELECT * FROM settings'),
    });
  });

  test('null where telemetry has a value', () => {
    expect(judge([row({ curve: null })], [record(5, told)]).observed).toContain(
      'pump curve: stored null, telemetry 40',
    );
  });

  test('a device without a row', () => {
    expect(judge([row()], [record(5, told), record(5, told, 'second')])).toMatchObject({
      kind: 'fail',
      observed: 'second: has no settings row',
    });
  });
});

describe('is inconclusive', () => {
  test('a device of which no record was found', () => {
    expect(judge([row(), row({}, 'gone')], [record(5, told)])).toMatchObject({
      kind: 'inconclusive',
      observed: 'gone: has a row, but no record of it was found in the topic',
    });
  });

  test('a stored value that no record within reach tells', () => {
    const { d57: _, ...rest } = told;
    expect(judge([row()], [record(5, rest)]).kind).toBe('inconclusive');
  });

  test('neither rows nor records', () => expect(judge([], []).kind).toBe('inconclusive'));

  test('unseen rows are no missing rows', () => {
    const verdict = judgeSettings(unseen('database settings'), seen(record(5, told)), migration);
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: expect.stringContaining('did not answer') });
  });
});
