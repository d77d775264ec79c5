import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { redpanda, redpandaDataPath } from '../../kafka/program.ts';
import { seedTopics } from '../../kafka/state.ts';
import { postgresProgram } from '../../postgres/program.ts';
import { mountedConfigMap } from '../../testing/manifest.ts';
import { type Run, World } from '../../testing/world.ts';
import { kafkaClient } from '../clients/kafka.ts';
import { PostgresConnection } from '../clients/postgres.ts';
import { migrationProgram } from '../migration.ts';
import { bridgeMappings } from './mappings.ts';
import { connectProgram } from './program.ts';

const topic = 'homelab-heatpump-telemetry';
const brokers = ['redpanda-v2.redpanda-v2:9092'];
const login = { POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'secret' };
const tenSeconds = { timeout: 10_000, interval: 50 };

const database = new World();
let server: Run;
let sql: PostgresConnection;
let cacheDirectory: string;

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'sink-test-'));
  const program = postgresProgram({ cacheDirectory, birth: () => ({ sql: [] }) });
  const env = { POSTGRES_DB: 'heatpump_settings', POSTGRES_PASSWORD: 'secret' };
  server = database.run(program, { name: 'postgres.heatpump-settings', image: 'postgres:16', env });
  await server.logged('ready to accept connections');
  sql = new PostgresConnection(server.context, {
    host: 'localhost',
    port: 5432,
    user: 'postgres',
    password: 'secret',
    database: 'heatpump_settings',
  });
  return async () => {
    await sql[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await program[Symbol.asyncDispose]();
  };
}, 60_000);

afterAll(() => rm(cacheDirectory, { recursive: true }));

/** The settings sink over a broker of its own; its group has committed offset 0 unless it is said to be new. */
function world({ group = true } = {}) {
  const all = new World({ shared: database });
  onTestFinished(() => all[Symbol.asyncDispose]());
  const data = new Map<string, unknown>();
  seedTopics(data, [{ topic, committed: group ? { 'heatpump-settings': 0 } : {} }]);
  const kafka = all.run(redpanda, {
    name: 'redpanda-v2.redpanda-v2',
    args: ['redpanda', 'start', '--advertise-kafka-addr=redpanda-v2.redpanda-v2:9092'],
    volumes: new Map([[redpandaDataPath, data]]),
  });
  const client = kafkaClient(kafka.context, brokers, 'test');
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  return {
    startSink: () =>
      all.run(connectProgram, {
        name: 'sink.heatpump-settings',
        args: ['streams', '/config/*.yaml'],
        env: login,
        files: mountedConfigMap('heatpump-settings', 'redpanda-connect-streams', '/config'),
      }),
    produce: async (...values: object[]) => {
      await producer.connect();
      await producer.send({ topic, messages: values.map((value) => ({ value: JSON.stringify(value) })) });
      await producer.disconnect();
    },
    committed: async () => {
      await admin.connect();
      const [found] = await admin.fetchOffsets({ groupId: 'heatpump-settings', topics: [topic] });
      await admin.disconnect();
      return Number(found?.partitions[0]?.offset);
    },
  };
}

const record = (device: string | null, target: number) => {
  const payload = { Client_Name: device, d13: 0, d16: 0, d50: target, d51: 1 };
  return bridgeMappings[topic]?.(payload, '2026-11-24T03:20:07.123456789Z') ?? {};
};

async function settingsOf(device: string): Promise<{ indoor_target_temp: number; updated_at: Date } | undefined> {
  const { rows } = await sql.query('select indoor_target_temp, updated_at from settings where device_id = $1', [
    device,
  ]);
  return rows[0];
}

const hasTarget = (device: string, target: number) =>
  vi.waitFor(async () => expect((await settingsOf(device))?.indoor_target_temp).toBe(target), tenSeconds);

describe('the migration Job', () => {
  const run = () => {
    const all = new World({ shared: database });
    onTestFinished(() => all[Symbol.asyncDispose]());
    return all.run(migrationProgram, {
      name: 'migration.heatpump-settings',
      env: {
        PGHOST: 'postgres.heatpump-settings',
        PGUSER: 'postgres',
        PGPASSWORD: 'secret',
        PGDATABASE: 'heatpump_settings',
      },
      files: mountedConfigMap('heatpump-settings', 'postgres-migrations', '/migrations'),
    });
  };

  test('applies each file once', async () => {
    const first = run();
    expect(await first.exited).toBe(0);
    expect(first.lines).toEqual(['migration 001_settings applied', 'all migrations applied']);
    const second = run();
    expect(await second.exited).toBe(0);
    expect(second.lines).toEqual(['migration 001_settings is already applied', 'all migrations applied']);
    expect((await sql.query('select version, name from schema_migrations')).rows).toEqual([
      { version: 1, name: 'settings' },
    ]);
  });
});

describe('a sink', () => {
  test('upserts, commits, and leaves a row alone whose values are as they were', async () => {
    const { startSink, produce, committed } = world();
    const sink = startSink();
    await sink.logged('is now active', 2);
    await produce(record('pump-a', 20));
    await hasTarget('pump-a', 20);
    const before = await settingsOf('pump-a');
    await produce(record('pump-a', 20), record('pump-b', 21));
    await hasTarget('pump-b', 21);
    expect(await settingsOf('pump-a')).toEqual(before);
    await vi.waitFor(async () => expect(await committed()).toBe(3), tenSeconds);
    expect(sink.lines).toHaveLength(5);
    expect((await sink.http(4195, '/ready')).status).toBe(200);
  });

  test('with one record that cannot be stored goes on while its committed offset stands still', async () => {
    const { startSink, produce, committed } = world();
    const sink = startSink();
    await sink.logged('Input type kafka is now active');
    await produce(record('pump-c', 20), record(null, 20), record('pump-c', 23));
    await hasTarget('pump-c', 23);
    await sink.logged(
      'level=error msg="Failed to send message to sql_raw: pq: null value in column \\"device_id\\"',
      2,
    );
    expect(await committed()).toBe(1);
    const metrics = (await sink.http(4195, '/metrics')).body;
    expect(metrics).toMatch(/output_sent\{[^}]*\} 2/);
    expect(metrics).toMatch(/output_error\{[^}]*\} [2-9]/);
    expect((await sink.http(4195, '/ready')).status).toBe(200);
  });

  test('with three such records stops, and replays when it starts again', async () => {
    const { startSink, produce, committed } = world();
    const sink = startSink();
    await sink.logged('Input type kafka is now active');
    await produce(record('pump-d', 20), record(null, 1), record(null, 2), record(null, 3), record('pump-d', 24));
    await hasTarget('pump-d', 20);
    await sink.logged('Failed to send message', 6);
    expect((await settingsOf('pump-d'))?.indoor_target_temp).toBe(20);
    expect(await sink.stop()).toBe(0);
    expect(await committed()).toBe(1);
    await sql.query(
      `create or replace function named() returns trigger language plpgsql as $$ begin new.device_id := coalesce(new.device_id, 'nobody'); return new; end $$`,
    );
    await sql.query('create trigger named before insert on settings for each row execute function named()');
    onTestFinished(async () => void (await sql.query('drop trigger named on settings')));
    startSink();
    await hasTarget('pump-d', 24);
    await vi.waitFor(async () => expect(await committed()).toBe(5), tenSeconds);
  }, 20_000);

  test('whose group never committed starts at the newest record', async () => {
    const { startSink, produce } = world({ group: false });
    await produce(record('pump-e', 20));
    const sink = startSink();
    await sink.logged('Input type kafka is now active');
    await vi.waitFor(async () => {
      await produce(record('pump-f', 22));
      expect(await settingsOf('pump-f')).toBeDefined();
    }, tenSeconds);
    expect(await settingsOf('pump-e')).toBeUndefined();
  });
});
