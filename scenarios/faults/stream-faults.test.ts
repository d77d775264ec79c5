import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Kafka } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { reading } from '../../replica/embedded/history/readings.ts';
import { redpanda, redpandaDataPath } from '../../replica/embedded/kafka/program.ts';
import { seedTopics } from '../../replica/embedded/kafka/state.ts';
import { loadManifests } from '../../replica/embedded/manifests.ts';
import { migrationsOf } from '../../replica/embedded/migrations.ts';
import { postgresProgram } from '../../replica/embedded/postgres/program.ts';
import { kafkaClient } from '../../replica/embedded/programs/clients/kafka.ts';
import { PostgresConnection } from '../../replica/embedded/programs/clients/postgres.ts';
import { bridgeMappings } from '../../replica/embedded/programs/connect/mappings.ts';
import { connectProgram } from '../../replica/embedded/programs/connect/program.ts';
import { mountedConfigMap } from '../../replica/embedded/testing/manifest.ts';
import { type Run, World } from '../../replica/embedded/testing/world.ts';
import { ConnectApi } from './connect-api.ts';
import type { FaultTarget } from './fault.ts';
import { streamFaults } from './stream-faults.ts';

/** The faults of the energy sink's group, on the sink's double, a broker and a database with the replica's tables. */
const topic = 'homelab-energy-realtime';
const group = 'timescaledb-energy';
const brokers = ['redpanda-v2.redpanda-v2:9092'];
const world = new World();
let cacheDirectory: string;
let kafka: Kafka;
let sink: Run;
let target: FaultTarget;
let sql: PostgresConnection;
let stopProducing: () => Promise<void>;
const database = {} as { program: ReturnType<typeof postgresProgram> };

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'stream-faults-'));
  const [tables = '', first = ''] = migrationsOf(await loadManifests(), 'timescaledb');
  database.program = postgresProgram({ cacheDirectory, birth: () => ({ sql: [tables, first] }) });
  const env = { POSTGRES_DB: 'telemetry', POSTGRES_PASSWORD: 'secret' };
  const server = world.run(database.program, { name: 'timescaledb.timescaledb', image: 'postgres:16', env });
  await server.logged('ready to accept connections');
  sql = new PostgresConnection(server.context, {
    host: 'localhost',
    port: 5432,
    user: 'postgres',
    password: 'secret',
    database: 'telemetry',
  });

  const data = new Map<string, unknown>();
  const topics = Object.keys(bridgeMappings).map((name) => ({ topic: name }));
  seedTopics(
    data,
    topics.map((seed) => (seed.topic === topic ? { ...seed, committed: { [group]: 0 } } : seed)),
  );
  const broker = world.run(redpanda, {
    name: 'redpanda-v2.redpanda-v2',
    args: ['--advertise-kafka-addr=redpanda-v2.redpanda-v2:9092'],
    volumes: new Map([[redpandaDataPath, data]]),
  });
  kafka = kafkaClient(broker.context, brokers, 'test');
  sink = world.run(connectProgram, {
    name: 'sink.timescaledb',
    args: ['streams', '/config/*.yaml'],
    env: { POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'secret' },
    files: mountedConfigMap('timescaledb', 'redpanda-connect-streams', '/config'),
  });
  await sink.logged('is now active', 6);
  const api = new ConnectApi(() => sink.context.dial('localhost', 4195));
  target = { kafka, connect: () => api } as unknown as FaultTarget;

  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const timer = setInterval(() => {
    const record = bridgeMappings[topic]?.(reading('energy', Date.now()), new Date().toISOString());
    void producer.send({ topic, messages: [{ value: JSON.stringify(record) }] });
  }, 200);
  stopProducing = async () => {
    clearInterval(timer);
    await producer.disconnect();
  };
}, 60_000);

afterAll(async () => {
  await stopProducing();
  await sql[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await database.program[Symbol.asyncDispose]();
  await rm(cacheDirectory, { recursive: true });
});

const within = { timeout: 20_000, interval: 200 };

async function groupState(): Promise<{ members: number; committed: number }> {
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([group]);
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  await admin.disconnect();
  return { members: groups[0]?.members.length ?? 0, committed: Number(offsets?.partitions[0]?.offset) };
}

async function commitsGoOn(): Promise<void> {
  const before = await groupState();
  await vi.waitFor(async () => expect((await groupState()).committed).toBeGreaterThan(before.committed), within);
}

const faultNamed = (name: string) => {
  const fault = streamFaults.find((known) => known.name === name);
  if (!fault) throw new Error(`no fault ${name}`);
  return fault;
};

test.each([
  ['group-without-members', 0],
  ['offset-stands-still', 1],
  ['record-not-storable', 1],
])(
  '%s leaves %i members and a committed offset that stands still, until it is undone',
  async (name, members) => {
    await commitsGoOn();
    {
      await using _planted = await faultNamed(name).plant(target);
      const state = await groupState();
      expect(state.members).toBe(members);
      const { rows } = await sql.query('select count(*)::int as n from energy_consumption');
      if (name === 'record-not-storable') {
        await vi.waitFor(async () => {
          const later = await sql.query('select count(*)::int as n from energy_consumption');
          expect(later.rows[0].n).toBeGreaterThan(rows[0].n + 3);
        }, within);
      }
      expect(await groupState()).toEqual(state);
    }
    await commitsGoOn();
  },
  90_000,
);
