import type { TopicRecord } from '../broker/observed.ts';
import type { Migration, SettingsConfig } from '../config/schema.ts';
import type { SettingsRow } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count } from './words.ts';

/** One device's newest non-null value of each settings column, and when its record came. */
type Newest = ReadonlyMap<string, { readonly value: number; readonly at: string }>;

/**
 * P1.settings-current (plan 1.2): the settings row of each device equals that device's newest non-null value of each
 * field in the topic. updated_at is no evidence: the upsert changes nothing while no value changes. A difference may be
 * a value on its way, so the spec observes again before this fails.
 */
export function judgeSettings(
  rows: Sightings<SettingsRow>,
  records: Sightings<TopicRecord>,
  migration: Migration,
): Verdict {
  const { settings } = migration.new;
  const newest = newestByDevice(records.seen, settings);
  const devices = [...new Set([...newest.keys(), ...rows.seen.map(({ deviceId }) => deviceId)])].sort();
  const columns = Object.keys(settings.fields);
  const look = databaseLook(migration, settings.database, `SELECT * FROM ${settings.table}`);
  const complete = rows.unseen.length === 0 && records.unseen.length === 0;
  const findings = devices.flatMap((device): Finding[] => {
    if (!complete) return [];
    const row = rows.seen.find(({ deviceId }) => deviceId === device);
    return judgeDevice(device, row, newest.get(device), columns).map((finding) => ({ ...look, ...finding }));
  });
  const told = findings.filter(({ quiet }) => !quiet);
  const neverTold = told.length === findings.length ? '' : `, ${findings.length - told.length} never told`;
  const broken = records.seen.filter(({ value }) => value === undefined).length;
  const nameless = records.seen.filter(({ value }) => value !== undefined && deviceOf(value, settings) === undefined);
  const apart = [
    ...(broken === 0 ? [] : [`${count(broken, 'record')} could not be read as JSON`]),
    ...(nameless.length === 0 ? [] : [`${count(nameless.length, 'record')} without tags.${settings.deviceTag}`]),
  ];
  const unparsed = apart.length === 0 ? '' : ` (${apart.join(', ')})`;
  return verdictOf([...findings, ...unseenFindings([...rows.unseen, ...records.unseen])], {
    expected: `each device’s row in ${settings.table} equals its newest non-null values in ${settings.topic}: ${columns.join(', ')}${unparsed}`,
    pass: `${count(devices.length, 'device')}, ${count(told.length, 'setting')} equal to the newest telemetry${neverTold}${unparsed}`,
    hint: 'The settings sink does not store what it reads: look at its log and at the lag of its group, before anyone changes a setting by hand.',
  });
}

function judgeDevice(
  device: string,
  row: SettingsRow | undefined,
  newest: Newest | undefined,
  columns: readonly string[],
): Finding[] {
  if (newest === undefined) {
    const observed = 'has a row, but no record of it was found in the topic';
    const hint = 'A device that is no longer there: delete its row, or waive this criterion with the reason.';
    return [{ subject: device, verdict: 'inconclusive', observed, hint }];
  }
  if (row === undefined) return [{ subject: device, verdict: 'fail', observed: 'has no settings row' }];
  const compared = columns.map((column): Finding => {
    const subject = `${device} ${column}`;
    const stored = row.values[column];
    const told = newest.get(column);
    if (stored === undefined) return { subject, verdict: 'inconclusive', observed: 'the column was not observed' };
    if (told === undefined) {
      if (stored === null)
        return { subject, verdict: 'pass', observed: 'null, and never told by the device', quiet: true };
      return { subject, verdict: 'inconclusive', observed: `stored ${stored}; no record within reach tells its value` };
    }
    if (sameNumber(stored, told.value)) return { subject, verdict: 'pass', observed: `${told.value}` };
    return {
      subject,
      verdict: 'fail',
      observed: `stored ${stored ?? 'null'}, telemetry ${told.value} at ${told.at}`,
      since: told.at,
    };
  });
  return compared;
}

/** A real column keeps 24 bits of a number. */
function sameNumber(stored: number | null, told: number): boolean {
  return stored !== null && (stored === told || Math.fround(stored) === Math.fround(told));
}

function newestByDevice(records: readonly TopicRecord[], settings: SettingsConfig): Map<string, Newest> {
  const devices = new Map<string, Map<string, { value: number; at: string }>>();
  const newestFirst = [...records].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.offset - a.offset);
  for (const { at, value } of newestFirst) {
    const device = value && deviceOf(value, settings);
    if (value === undefined || device === undefined) continue;
    const known = devices.get(device) ?? new Map<string, { value: number; at: string }>();
    devices.set(device, known);
    for (const [column, field] of Object.entries(settings.fields)) {
      const told = number(member(value, field) ?? member(value.fields, field));
      if (told !== undefined && !known.has(column)) known.set(column, { value: told, at });
    }
  }
  return devices;
}

function deviceOf(value: NonNullable<TopicRecord['value']>, settings: SettingsConfig): string | undefined {
  const device = member(value.tags, settings.deviceTag);
  return typeof device === 'string' ? device : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** Payloads carry numbers as numbers, as text, and switches as booleans. */
function number(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  return value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
}
