import { describe, expect, test } from 'vitest';
import { parseMigration } from '../../helpers/config/load.ts';
import { type Discovery, draftCredentials, draftMigration } from '../../helpers/discovery/draft.ts';
import { known, unknown } from '../../helpers/discovery/fact.ts';
import { guess, placeholder } from '../../helpers/discovery/marked.ts';
import type { FoundWorkload } from '../../helpers/discovery/stack.ts';
import { findSystems } from '../../helpers/discovery/systems.ts';
import { markedYaml, marksOf } from './marked-yaml.ts';

/** A cluster in which nothing could be seen but one bridge, and a sink where there is one. */
function discovery(...files: string[]): Discovery {
  const workloads = files.map((text, index): FoundWorkload => {
    const file = { configMap: 'c', path: '/config/s.yaml', text };
    const container = {
      image: 'i',
      command: ['streams', '/config'],
      ports: [],
      env: new Map(),
      files: [file],
      secretMounts: [],
    };
    const place = { kind: 'Deployment', namespace: `n${index}`, name: 'w', createdAt: '', replicas: 1 } as const;
    return { ...place, labels: {}, containers: [container] };
  });
  const stack = { workloads, services: [] };
  return {
    stack,
    systems: findSystems(stack),
    beside: [],
    kustomizations: undefined,
    broker: unknown('the broker was not found'),
    oldTables: unknown('the old database was not found'),
    databases: new Map(),
  };
}

const bridge =
  'input: { mqtt: { urls: ["tcp://m"], topics: [a, b] } }\noutput: { kafka: { addresses: ["r"], topic: t } }';
const sink = `
input: { redpanda: { seed_brokers: [r], topics: [t] } }
output: { sql_raw: { dsn: "postgres://u:p@d/x", query: "insert into rows (a, b) values ($1, $2)", args_mapping: "root = [this.a, this.b]" } }`;

describe('whatever was not seen, the file loads', () => {
  test.each([
    ['a bridge alone', [bridge]],
    ['a bridge and a sink whose rows are not made out', [bridge, sink]],
    ['a stream that is not understood', ['input: { generate: {} }\noutput: { stdout: {} }', bridge]],
  ])('%s', (_, files) => {
    const draft = draftMigration(discovery(...files), { context: 'home' });
    const migration = parseMigration(markedYaml(draft, ' heading'), 'migration.yaml');
    expect(migration.targets.live).toMatchObject({ kind: 'live', context: 'home' });
    // Each placeholder is marked: no name looks as if it had been found.
    const marked = marksOf(draft).filter(({ kind }) => kind === 'unknown');
    expect(marked.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['new.kafka.namespace', 'old.database.namespace']),
    );
  });
});

test.each([
  [['a-superuser'], 'm-verifier', 'unknown'],
  [['a-superuser', 'reader'], 'reader', 'guess'],
  [['db-verifier', 'm-readonly'], 'm-readonly', 'guess'],
  [['db-verifier', 'x-readonly'], 'm-verifier', 'unknown'],
  [undefined, 'm-verifier', 'unknown'],
])('of the Secrets %j beside Service m it is %s: %s', (secrets, name, kind) => {
  const { systems } = discovery(bridge);
  const mqtt = known({ namespace: 'n', service: 'm', port: 1883 });
  const beside = [{ namespace: 'n', secrets, migrations: [] }];
  const credentials = draftCredentials({ systems: { ...systems, mqtt }, beside });
  expect(credentials.mqtt).toMatchObject({ secret: { namespace: 'n', name: { value: name, kind } } });
});

test('a stream of which nothing was seen has nothing that is not marked, but for what its file says', () => {
  const draft = draftMigration(discovery(bridge, sink), { context: 'home' });
  const marks = new Map(marksOf(draft).map(({ path, kind }) => [path, kind]));
  for (const path of ['group', 'every', 'freshness', 'rows.time', 'rows.device', 'rows.columns']) {
    expect([path, marks.get(`new.streams.s.${path}`)]).toEqual([path, 'unknown']);
  }
  expect(marks.get('new.streams.s.mqttTopic')).toBe('guess');
  expect(marks.get('new.streams.s.topic')).toBeUndefined();
});

test('what a value rests on stands beside it, or above it where it is more than a word', () => {
  const draft = {
    a: 1,
    b: guess('x', 'because\nof y'),
    c: [guess(2, 'z')],
    d: placeholder({ e: 3 }, 'ask'),
    f: guess({}, 'none'),
  };
  expect(markedYaml(draft, ' heading')).toBe(
    [
      '# heading',
      '',
      'a: 1',
      'b: x # guess: because of y',
      'c:',
      '  - 2 # guess: z',
      '# UNKNOWN: ask',
      'd:',
      '  e: 3',
      'f: {} # guess: none',
      '',
    ].join('\n'),
  );
});
