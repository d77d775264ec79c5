import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, loadMigration, parseMigration } from './load.ts';

const shippedFile = fileURLToPath(new URL('../../migration.yaml', import.meta.url));
const shipped = readFileSync(shippedFile, 'utf8');

/** The shipped file with each of these texts, which must stand in it, replaced at its first place. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, shipped);
}

function messages(text: string, knownCriteria?: readonly string[]): string[] {
  try {
    parseMigration(text, 'migration.yaml', knownCriteria);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

/** Where a text first stands in another, as `line:column`. */
function placeOf(needle: string, text: string): string {
  const before = text.slice(0, text.indexOf(needle)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

describe('the shipped file', () => {
  test('is valid', () => {
    const migration = loadMigration(shippedFile, ['P1.streams']);
    expect(migration.target).toBe('embedded');
    expect(migration.new.streams.energy?.freshness).toBe(300);
    expect(migration.new.hypertables[0]?.retention).toBe(90 * 86_400);
  });
});

describe('each problem has its line, path, expectation and nearest name', () => {
  test.each([
    [
      'freshness: 5m',
      'freshnes: 5m',
      'freshnes:',
      'new.streams.energy.freshnes: unknown key; did you mean "freshness"?',
    ],
    [
      'window: 1h',
      'window: 1h\n  colour: red',
      'colour',
      'run.colour: unknown key; expected one of window, readingsApart, deadline, connectDeadline, futureTolerance, watch',
    ],
    [
      'option: A, parallelDays: 7',
      'option: A, paralelDays: 7',
      'paralelDays',
      'plan.paralelDays: unknown key; did you mean "parallelDays"?',
    ],
    ['kind: live', 'kind: lvie', 'lvie', 'targets.live.kind: "lvie" is not valid; did you mean "live"?'],
    [
      'kind: live',
      'kind: moon',
      'moon',
      'targets.live.kind: "moon" is not valid; expected "embedded" or "k3d" or "scratch" or "live"',
    ],
    ['every: 10s', 'every: 10', '10\n', 'new.streams.energy.every: 10 is not valid; expected text'],
    [
      'every: 10s',
      'every: ten',
      'ten\n',
      'new.streams.energy.every: "ten" is not valid; expected a duration such as 30s, 5m, 2h or 90d',
    ],
    ['port: 9092', 'port: 90920', '90920', 'new.kafka.port: 90920 is not valid; expected at most 65535'],
    ['timeScale: 30', 'timeScale: 0.5', '0.5', 'targets.embedded.timeScale: 0.5 is not valid; expected at least 1'],
    [
      'maxLag: 1000',
      'maxLag: 1000.5',
      '1000.5',
      'new.streams.energy.maxLag: 1000.5 is not valid; expected a whole number',
    ],
    ['target: embedded', 'target: embeded', 'embeded', 'target: "embeded" is not known; did you mean "embedded"?'],
    [
      'credentials: mqtt }',
      'credentials: mqqt }',
      'mqqt }',
      'new.mqtt.credentials: "mqqt" is not known; did you mean "mqtt"?',
    ],
    [
      'instance: bridge, stream: energy',
      'instance: bridg, stream: energy',
      'bridg, ',
      'new.streams.energy.bridge.instance: "bridg" is not known; did you mean "bridge"?',
    ],
    [
      'instance: telemetry-sink, stream: energy',
      'instance: telemetry-sink, stream: enrgy',
      'enrgy',
      'new.streams.energy.sink.stream: "enrgy" is not known; did you mean "energy"?',
    ],
    [
      'instance: settings-sink, stream: settings',
      'instance: settings-sink, stream: other',
      'other }',
      'new.settings.sink.stream: "other" is not known; expected a stream of settings-sink',
    ],
    [
      'database: telemetry, table: heatpump_status',
      'database: telemetri, table: heatpump_status',
      'telemetri,',
      'new.hypertables[0].database: "telemetri" is not known; did you mean "telemetry"?',
    ],
    [
      'database: telemetry\n',
      'database: heatpump\n',
      'heatpump\n        table',
      'new.streams.energy.rows.database: "heatpump" is not known; expected a name under new.databases',
    ],
    [
      'database: telemetry, table: energy_consumption',
      'database: telemetry, table: heatpump_status',
      // The second of two, which the third follows.
      'heatpump_status, timeColumn: time, retention: 90d }\n    - { database: telemetry, table: temperature_sensors',
      'new.hypertables[1].table: "heatpump_status" is named twice; expected each hypertable once',
    ],
    [
      '{ min: -120, max: 0 }',
      '{ min: 1, max: 0 }',
      '1, max: 0',
      'new.streams.energy.rows.columns.wifi_rssi.min: min 1 is above max 0; expected min at most max',
    ],
    [
      'maxGap: 5m # stored',
      'maxGap: 10s # stored',
      '10s # stored',
      'new.streams.energy.maxGap: maxGap 10s is not above every 10s; expected every below maxGap',
    ],
    [
      'oldTopic: energy-realtime',
      'oldTopic: energy-real-time',
      'energy-real-time',
      'new.streams.energy.oldTopic: "energy-real-time" is not known; did you mean "energy-realtime"?',
    ],
    [
      'maintenance: []',
      'maintenance: [{ from: 2026-11-20T02:10:00Z, to: 2026-11-20T02:00:00Z, reason: disk }]',
      '2026-11-20T02:00:00Z, reason: disk',
      'maintenance[0].to: to 2026-11-20T02:00:00Z is not after from 2026-11-20T02:10:00Z; expected from before to',
    ],
    [
      'maintenance: []',
      'maintenance: [{ from: yesterday, to: 2026-11-20T02:00:00Z, reason: disk }]',
      'yesterday',
      'maintenance[0].from: "yesterday" is not valid; expected a time such as 2026-11-20T02:00:00Z',
    ],
    [
      'waivers: {}',
      'waivers: { P1.log-clean: { reason: known, until: 2026-12-31 } }',
      'P1.log-clean: { reason: known',
      'waivers.P1.log-clean: "P1.log-clean" is not known; did you mean "P1.logs-clean"?',
    ],
    [
      'waivers: {}',
      'waivers: { P1.logs-clean: { reason: known, until: 2026-13-31 } }',
      '2026-13-31',
      'waivers.P1.logs-clean.until: "2026-13-31" is not valid; expected a date such as 2026-12-31',
    ],
    [
      'gating: {}',
      'gating: { P9.x: { gates: true, reason: known } }',
      'P9.x',
      'gating.P9.x: "P9.x" is not known; expected the id of a criterion, as npm run verify -- --list shows them',
    ],
    ['rate: 0.3', 'rate: 0.3\n  rate: 0.4', 'rate: 0.4', 'limits.rate: this key stands twice; expected each key once'],
  ])('%j written as %j', (from, to, at, message) => {
    const text = edited([from, to]);
    expect(messages(text, ['P1.logs-clean'])).toEqual([`migration.yaml:${placeOf(at, text)} ${message}`]);
  });

  test('a missing key is reported where its map stands', () => {
    const text = edited(['  deadline: 60s # of one criterion\n', '']);
    expect(messages(text)).toEqual([`migration.yaml:${placeOf('run:', text)} run.deadline: missing; expected text`]);
  });

  test('an empty list that must hold something', () => {
    expect(messages(edited(['migrations: [1, 2, 3]', 'migrations: []']))[0]).toMatch(
      /new\.databases\.telemetry\.migrations: \[\] is not valid; expected something, not nothing$/,
    );
  });
});

test('all problems come at once, in the order of the file', () => {
  const found = messages(
    edited(
      ['target: embedded', 'target: embeded'],
      ['freshness: 5m', 'freshnes: 5m'],
      ['rate: 0.3', 'rate: 3'],
    ).replace('source: flux-system', 'source: flux-system\n  source: other'),
  );
  expect(found.map((message) => message.split(' ')[1])).toEqual([
    'target:',
    'new.streams.energy.freshnes:',
    'limits.rate:',
    'gitops.source:',
  ]);
});

test('every flaw of the YAML is reported, and nothing is said about data that could not be read', () => {
  const found = messages('a: b: c\nd: [x\n');
  expect(found.length).toBeGreaterThan(1);
  expect(found[0]).toMatch(/^migration\.yaml:1:4: .*; expected valid YAML$/);
});

test('a waiver that has expired is no error', () => {
  const text = edited(['waivers: {}', 'waivers: { P1.logs-clean: { reason: known, until: 2020-01-01 } }']);
  expect(messages(text, ['P1.logs-clean'])).toEqual([]);
});

describe('a file that cannot be used gets one clear line', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'config-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  function write(name: string, text: string): string {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  }

  test.each([
    ['missing', () => path.join(directory, 'nowhere.yaml'), 'no such file'],
    ['a directory', () => directory, 'is a directory'],
    ['empty', () => write('empty.yaml', ''), 'the file is empty'],
    ['comments alone', () => write('comments.yaml', '# nothing\n---\n'), 'the file is empty'],
    ['an alias without anchor', () => write('alias.yaml', 'a: *b\n'), 'its aliases cannot be resolved'],
  ])('%s', (_name, file, words) => {
    const name = file();
    expect(() => loadMigration(name)).toThrow(ConfigError);
    expect(() => loadMigration(name)).toThrow(new RegExp(`^${name}: ${words}.*; expected a configuration such as.*$`));
  });

  test.skipIf(process.getuid?.() === 0)('without permission to read it', () => {
    const name = write('secret.yaml', shipped);
    chmodSync(name, 0);
    expect(() => loadMigration(name)).toThrow('no permission to read it');
  });

  test.each(['- a list', 'text', '42'])('%j is no map', (text) => {
    expect(messages(text)).toHaveLength(1);
    expect(messages(text)[0]).toMatch(/^migration\.yaml:1:1: .* is not valid; expected a map of keys$/);
  });
});
