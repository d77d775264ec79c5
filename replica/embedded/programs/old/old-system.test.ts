import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { historySeeds } from '../../history/topics.ts';
import { redpanda, redpandaDataPath } from '../../kafka/program.ts';
import { seedTopics } from '../../kafka/state.ts';
import { mosquitto } from '../../mqtt/program.ts';
import { postgresProgram } from '../../postgres/program.ts';
import { World } from '../../testing/world.ts';
import { kafkaClient } from '../clients/kafka.ts';
import { PostgresConnection } from '../clients/postgres.ts';
import { sensorsProgram } from '../sensors.ts';
import { mqttInputProgram } from './mqtt-input.ts';
import { oldTables } from './records.ts';
import { redpandaSinkProgram } from './redpanda-sink.ts';

const mqtt = { MQTT_HOST: 'mosquitto.mosquitto', MQTT_USERNAME: 'house', MQTT_PASSWORD: 'h' };
const kafka = { KAFKA_BROKERS: 'redpanda-v2.redpanda-v2:9092' };
const timeScale = 30;

/** The tables by the names that the sink writes; their types do not matter here. */
const tables = Object.values(oldTables).map(({ table, columns }) => {
  const isSettings = table === 'heatpump_settings';
  const typed = columns.map(
    (column) =>
      `${column} ${/^(ts)$/.test(column) ? 'timestamptz' : /device_id|sensor|location/.test(column) ? 'text' : /_on$|production$|circulation_pump/.test(column) ? 'boolean' : 'double precision'}`,
  );
  const key = isSettings ? 'device_id' : columns.slice(0, table === 'energy' ? 1 : 2).join(', ');
  return `create table ${table} (${typed.join(', ')}${isSettings ? ', updated_at timestamptz not null default now()' : ''}, primary key (${key}))`;
});

test('both versions sample once, both sinks store once, and dashboards are answered', async () => {
  await using world = new World();
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'old-test-'));
  onTestFinished(() => rm(cacheDirectory, { recursive: true }));
  await using postgres = postgresProgram({ cacheDirectory, birth: () => ({ sql: tables }) });
  const env = { POSTGRES_DB: 'timescaledb', POSTGRES_PASSWORD: 'secret' };
  const server = world.run(postgres, { name: 'timescaledb.heatpump-mqtt', image: 'postgres:16', env });
  await server.logged('ready to accept connections');
  await using sql = new PostgresConnection(server.context, {
    host: 'localhost',
    port: 5432,
    user: 'postgres',
    password: 'secret',
    database: 'timescaledb',
  });

  const data = new Map<string, unknown>();
  seedTopics(
    data,
    historySeeds({ state: 'before-phase5', nowMs: Date.now(), timeScale: 1 }).map(({ topic }) => ({ topic })),
  );
  const users = new Map([['/mosquitto/secret/users', 'house:h']]);
  world.run(mosquitto, { name: 'mosquitto.mosquitto', files: users });
  const broker = world.run(redpanda, {
    name: 'redpanda-v2.redpanda-v2',
    args: ['--advertise-kafka-addr=redpanda-v2.redpanda-v2:9092'],
    volumes: new Map([[redpandaDataPath, data]]),
  });
  const pg = {
    PGHOST: 'timescaledb.heatpump-mqtt',
    PGUSER: 'postgres',
    PGPASSWORD: 'secret',
    PGDATABASE: 'timescaledb',
  };
  const inputs = ['mqtt-input', 'mqtt-input-v2'].map((name) =>
    world.run(mqttInputProgram, {
      name: `${name}.${name}`,
      env: { ...mqtt, ...kafka, SAMPLE_SECONDS: '60' },
      timeScale,
    }),
  );
  const [sink] = ['redpanda-sink', 'redpanda-sink-v2'].map((name) =>
    world.run(redpandaSinkProgram, { name: `sink.${name}`, env: { ...kafka, ...pg, KAFKA_GROUP: name } }),
  );
  await Promise.all(inputs.map((input) => input.logged('connected')));
  world.run(sensorsProgram, { name: 'sensors.sensors', env: mqtt, timeScale });

  const count = async (table: string) =>
    (await sql.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;
  const within = { timeout: 20_000, interval: 100 };
  await vi.waitFor(async () => {
    for (const { table } of Object.values(oldTables))
      expect(await count(table), table).toBeGreaterThanOrEqual(table === 'heatpump_settings' ? 1 : 2);
  }, within);
  expect(await count('heatpump_settings')).toBe(1);

  const admin = kafkaClient(broker.context, [kafka.KAFKA_BROKERS], 'test').admin();
  await admin.connect();
  await vi.waitFor(async () => {
    const [topic] = await admin.fetchTopicOffsets('heatpump-telemetry');
    expect(Number(topic?.high)).toBe(2 * (await count('heatpump')));
  }, within);
  await admin.disconnect();

  const latest = await sink?.http(8080, '/api/heatpump/latest');
  expect(latest?.status).toBe(200);
  expect(JSON.parse(latest?.body ?? '')).toMatchObject({ device_id: 'thermiq_heatpump' });
}, 60_000);
