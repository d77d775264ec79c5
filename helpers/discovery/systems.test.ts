import { describe, expect, test } from 'vitest';
import { known } from './fact.ts';
import type { FoundContainer, FoundService, FoundWorkload, Stack } from './stack.ts';
import { databaseOf, findSystems } from './systems.ts';

const container = (change: Partial<FoundContainer>): FoundContainer => ({
  image: 'own/program:1',
  command: ['streams', '/config/*.yaml'],
  ports: [{ port: 4195 }],
  env: new Map(),
  files: [],
  secretMounts: [],
  ...change,
});

/** A workload that runs streams, by their file names. */
function connect(
  namespace: string,
  streams: Record<string, string>,
  createdAt = '2026-11-01T00:00:00Z',
): FoundWorkload {
  const files = Object.entries(streams).map(([id, text]) => ({
    configMap: 'streams',
    path: `/config/${id}.yaml`,
    text,
  }));
  const labels = { app: namespace };
  return {
    kind: 'Deployment',
    namespace,
    name: 'connect',
    createdAt,
    replicas: 1,
    labels,
    containers: [container({ files })],
  };
}

function program(namespace: string, env: Record<string, string>): FoundWorkload {
  const variables = new Map(Object.entries(env).map(([name, value]) => [name, known(value)]));
  return {
    ...connect(namespace, {}),
    name: 'program',
    labels: { app: 'program' },
    containers: [container({ env: variables })],
  };
}

function service(namespace: string, name: string, port: number): FoundService {
  return { namespace, name, selector: { app: name }, ports: [port] };
}

const services = [
  service('mqtt', 'mosquitto', 1883),
  service('kafka', 'redpanda', 9092),
  service('db', 'postgres', 5432),
  service('old-db', 'old', 5432),
];
const bridge = (mqttTopic: string, topic: string, tag = '') => `
input: { mqtt: { urls: ["tcp://mosquitto.mqtt.svc.cluster.local:1883"], topics: [${mqttTopic}] } }
pipeline: { processors: [{ mapping: 'root.tags = { "room": "${tag}" }' }] }
output: { kafka: { addresses: ["redpanda.kafka:9092"], topic: ${topic} } }`;
const sink = (topics: string, table: string, change: { host?: string; database?: string; group?: string } = {}) => `
input: { kafka: { addresses: ["redpanda.kafka:9092"], topics: [${topics}], consumer_group: ${change.group ?? `store-${table}`} } }
output:
  sql_insert:
    dsn: postgres://u:p@${change.host ?? 'postgres.db'}/${change.database ?? 'telemetry'}
    table: ${table}
    columns: [time, device, room, value]
    args_mapping: root = [this.ts, this.tags.device_id, this.tags.room, this.value]`;

const find = (...workloads: FoundWorkload[]) => findSystems({ workloads, services } satisfies Stack);

test('from MQTT by a bridge to a topic, and by a sink to a table', () => {
  const systems = find(
    connect('bridge', { energy: bridge('meter', 'energy') }),
    connect('store', { all: sink('energy', 'rows') }),
  );
  expect(systems.streams).toMatchObject([
    {
      name: 'energy',
      mqttTopics: ['meter'],
      topic: 'energy',
      bridge: { instance: 'bridge', stream: 'energy' },
      sink: { instance: 'store', stream: 'all', group: known('store-rows'), rows: { table: 'rows' } },
    },
  ]);
  expect(systems.mqtt).toEqual(known({ namespace: 'mqtt', service: 'mosquitto', port: 1883 }));
  expect(systems.kafka).toEqual(known({ namespace: 'kafka', service: 'redpanda', port: 9092 }));
  expect(systems.databases).toMatchObject([
    { name: 'telemetry', service: known({ namespace: 'db', service: 'postgres', port: 5432 }) },
  ]);
  expect(systems.left).toEqual([]);
});

test('a broker that is no Service of this cluster is not known', () => {
  const elsewhere = bridge('meter', 'energy').replace('redpanda.kafka:9092', 'kafka.example.com:9092');
  const { kafka } = find(connect('bridge', { energy: elsewhere }));
  expect(kafka).toMatchObject({ unknown: expect.stringContaining('kafka.example.com:9092') });
});

test('two databases of one name keep apart', () => {
  const systems = find(
    connect('bridge', { a: bridge('a', 'a'), b: bridge('b', 'b') }),
    connect('store', { a: sink('a', 'rows'), b: sink('b', 'rows', { host: 'old.old-db' }) }),
  );
  const names = systems.streams.map((stream) => databaseOf(stream.sink, systems));
  expect(names).toEqual(['telemetry-postgres', 'telemetry-old']);
});

describe('what has no place is told', () => {
  test.each([
    ['a bridge without a sink', [connect('bridge', { energy: bridge('meter', 'energy') })], /no sink inserts it/],
    ['a sink without a bridge', [connect('store', { all: sink('energy', 'rows') })], /no bridge from MQTT writes it/],
    [
      'an end that is not understood',
      [connect('x', { odd: 'input: { generate: {} }\noutput: { stdout: {} }' })],
      /stream odd of Deployment x\/connect: not understood: input generate, output stdout/,
    ],
  ])('%s', (_, workloads, words) => {
    const { streams, left } = find(...workloads);
    expect(streams).toEqual([]);
    expect(left.join('\n')).toMatch(words);
  });
});

describe('the old system', () => {
  const young = connect('bridge', { energy: bridge('meter', 'energy') }, '2026-11-01T00:00:00Z');
  const store = connect('store', { all: sink('energy', 'rows') });

  test('is who else speaks to the broker, and the database that it names', () => {
    const old = program('old', {
      BROKERS: 'redpanda.kafka:9092',
      TOPIC: 'energy-old',
      GROUP_ID: 'g',
      PGHOST: 'old.old-db',
      PGDATABASE: 'd',
    });
    const database = { ...program('old-db', {}), name: 'old', labels: { app: 'old' } };
    const systems = find(young, store, old, database, program('dashboard', { PGHOST: 'postgres.db' }));
    expect(systems.old.workloads.map(({ workload }) => workload.namespace)).toEqual(['old', 'old-db']);
    expect(systems.old).toMatchObject({
      topics: [{ name: 'energy-old', why: 'TOPIC of old/program' }],
      groups: [{ name: 'g' }],
      database: { service: { namespace: 'old-db', service: 'old', port: 5432 }, database: 'd' },
      dataNamespace: 'old-db',
    });
  });

  test('is the older of two bridges that read one MQTT topic, and who stores its topics', () => {
    const systems = find(
      connect('first', { energy: bridge('meter', 'energy-old') }, '2025-01-01T00:00:00Z'),
      connect('first-store', { all: sink('energy-old', 'rows', { host: 'old.old-db', group: 'first' }) }),
      young,
      store,
    );
    expect(systems.streams.map(({ topic }) => topic)).toEqual(['energy']);
    expect(systems.instances.map(({ name }) => name)).toEqual(['bridge', 'store']);
    expect(systems.old.workloads.map(({ workload }) => workload.namespace)).toEqual(['first', 'first-store']);
    expect(systems.old).toMatchObject({ topics: [{ name: 'energy-old' }], groups: [{ name: 'first' }] });
  });

  test('need not be there', () => {
    expect(find(young, store).old).toMatchObject({ workloads: [], topics: [], groups: [], database: undefined });
  });
});
