import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { redpanda, redpandaDataPath } from '../../kafka/program.ts';
import { seedTopics } from '../../kafka/state.ts';
import { mosquitto } from '../../mqtt/program.ts';
import { mountedConfigMap } from '../../testing/manifest.ts';
import { type Run, World } from '../../testing/world.ts';
import { kafkaClient } from '../clients/kafka.ts';
import { mqttClient } from '../clients/mqtt.ts';
import { sensorsProgram } from '../sensors.ts';
import { bridgeMappings } from './mappings.ts';
import { connectProgram } from './program.ts';

const users = new Map([['/mosquitto/secret/users', 'bridge:b\nsensors:s\n']]);
const kafkaArgs = ['redpanda', 'start', '--advertise-kafka-addr=redpanda-v2.redpanda-v2.svc.cluster.local:9092'];

function world() {
  const all = new World();
  onTestFinished(() => all[Symbol.asyncDispose]());
  const data = new Map<string, unknown>();
  const volumes = new Map([[redpandaDataPath, data]]);
  seedTopics(
    data,
    Object.keys(bridgeMappings).map((topic) => ({ topic })),
  );
  return {
    all,
    startMqtt: () => all.run(mosquitto, { name: 'mosquitto.mosquitto', files: users }),
    startKafka: () => all.run(redpanda, { name: 'redpanda-v2.redpanda-v2', args: kafkaArgs, volumes }),
    startSensors: () =>
      all.run(sensorsProgram, {
        name: 'sensors.sensors',
        env: { MQTT_HOST: 'mosquitto.mosquitto', MQTT_USERNAME: 'sensors', MQTT_PASSWORD: 's' },
        timeScale: 30,
      }),
    startBridge: (startedAt = new Date()) =>
      all.run(connectProgram, {
        name: 'bridge.mqtt-kafka-bridge',
        args: ['streams', '/config/*.yaml'],
        env: { MQTT_USERNAME: 'bridge', MQTT_PASSWORD: 'b' },
        files: mountedConfigMap('mqtt-kafka-bridge', 'mqtt-kafka-bridge-streams', '/config'),
        startedAt,
      }),
  };
}

function counter({ body }: { body: string }, name: string, stream: string): number {
  const line = body.split('\n').find((text) => text.startsWith(`${name}{`) && text.includes(`stream="${stream}"`));
  return Number(line?.split(' ').at(-1));
}

async function highOffset(from: Run, topic: string): Promise<number> {
  const admin = kafkaClient(from.context, ['redpanda-v2.redpanda-v2:9092'], 'test').admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  return Number(offsets[0]?.high);
}

const nineSeconds = { timeout: 9_000, interval: 50 };

describe('a healthy bridge', () => {
  test('logs 8 active lines of 11, then nothing, and moves every sensor', async () => {
    const { startMqtt, startKafka, startSensors, startBridge } = world();
    startMqtt();
    startKafka();
    const bridge = startBridge();
    await bridge.logged('is now active', 8);
    startSensors();
    await vi.waitFor(async () => {
      const metrics = await bridge.http(4195, '/metrics');
      for (const stream of ['energy', 'heatpump', 'temperature-indoor', 'temperature-outdoor']) {
        expect(counter(metrics, 'output_sent', stream)).toBeGreaterThan(0);
        expect(counter(metrics, 'input_connection_up', stream)).toBe(1);
      }
    }, nineSeconds);
    expect(await highOffset(bridge, 'homelab-temperature-indoor')).toBeGreaterThan(0);
    expect(bridge.lines).toHaveLength(11);
    expect(bridge.lines).toContain(
      'level=info msg="Input type mqtt is now active" @service=benthos label=mqtt_energy path=root.input stream=energy',
    );
    expect(await bridge.http(4195, '/ready')).toEqual({ status: 200, body: 'OK' });
    expect(JSON.parse((await bridge.http(4195, '/energy/ready')).body)).toEqual({
      statuses: [
        { label: 'mqtt_energy', path: 'input', connected: true },
        { label: 'kafka_energy', path: 'output', connected: true },
      ],
    });
    expect(Object.keys(JSON.parse((await bridge.http(4195, '/streams')).body))).toHaveLength(4);
    expect((await bridge.http(4195, '/streams/nothing')).status).toBe(404);
  });

  test('drops a payload that is not JSON, with an error line and a processor error', async () => {
    const { startMqtt, startKafka, startBridge } = world();
    startMqtt();
    startKafka();
    const bridge = startBridge();
    await bridge.logged('Input type mqtt is now active', 4);
    const login = { clientId: 'test', username: 'sensors', password: 's' };
    const client = mqttClient(bridge.context, { host: 'mosquitto.mosquitto', port: 1883 }, login);
    onTestFinished(() => client.endAsync(true));
    await client.publishAsync('saveeye/telemetry', 'no json', { qos: 1 });
    await bridge.logged('level=error msg="failed assignment (line 2)');
    expect(counter(await bridge.http(4195, '/metrics'), 'processor_error', 'energy')).toBe(1);
  });
});

test('MQTT away: error lines and 503; back: connected again with no active line', async () => {
  const { startMqtt, startKafka, startBridge } = world();
  const mqtt = startMqtt();
  startKafka();
  const bridge = startBridge();
  await bridge.logged('is now active', 8);
  await mqtt.stop();
  await bridge.logged('level=error msg="Connection lost due to: EOF"', 4);
  await bridge.logged(
    'Failed to connect to mqtt: network Error : dial tcp mosquitto.mosquitto:1883: connect: connection refused',
  );
  expect((await bridge.http(4195, '/ready')).status).toBe(503);
  startMqtt();
  await vi.waitFor(async () => expect((await bridge.http(4195, '/ready')).status).toBe(200), nineSeconds);
  expect(bridge.lines.filter((line) => line.includes('is now active'))).toHaveLength(8);
});

test('two with the same client ids throw each other off again and again, each connection counted', async () => {
  const { startMqtt, startKafka, startBridge } = world();
  startMqtt();
  startKafka();
  const bridges = [startBridge(), startBridge()];
  for (const bridge of bridges) {
    await vi.waitFor(async () => {
      const metrics = await bridge.http(4195, '/metrics');
      expect(counter(metrics, 'input_connection_lost', 'energy')).toBeGreaterThan(4);
      expect(counter(metrics, 'input_connection_up', 'energy')).toBeGreaterThan(4);
    }, nineSeconds);
  }
});

test('Kafka away at start: plain text and exit code 1', async () => {
  const { startMqtt, startBridge } = world();
  startMqtt();
  const bridge = startBridge();
  expect(await bridge.exited).toBe(1);
  expect(bridge.lines.at(-1)).toMatch(
    /^failed to create stream \([a-z-]+\): failed to init output 'kafka_\w+' path root\.output: kafka: client has run out of available brokers/,
  );
});

test('Kafka away later: error lines and counts while /ready stays 200; the record goes out when it is back', async () => {
  const { startMqtt, startKafka, startBridge, startSensors } = world();
  startMqtt();
  const kafka = startKafka();
  const bridge = startBridge();
  await bridge.logged('is now active', 8);
  await kafka.stop();
  startSensors();
  await bridge.logged('Failed to send message to kafka: kafka: client has run out of available brokers');
  await bridge.logged('circuit breaker is open');
  expect((await bridge.http(4195, '/ready')).status).toBe(200);
  startKafka();
  await vi.waitFor(async () => {
    expect(counter(await bridge.http(4195, '/metrics'), 'output_sent', 'energy')).toBeGreaterThan(0);
  }, nineSeconds);
});

test('a seeded bridge waits for its brokers in silence, and has been active since its start', async () => {
  const { startMqtt, startKafka, startBridge } = world();
  const startedAt = new Date(Date.now() - 8 * 86_400_000);
  const bridge = startBridge(startedAt);
  await bridge.logged('Launching');
  startKafka();
  startMqtt();
  await bridge.logged('is now active', 8);
  expect(bridge.lines).toHaveLength(11);
  expect(bridge.times).toEqual(Array(11).fill(startedAt));
  const { energy } = JSON.parse((await bridge.http(4195, '/streams')).body);
  expect(energy.uptime).toBeGreaterThan(8 * 86_400 - 1);
});

test('a stream is deleted, posted and put over the API', async () => {
  const { startMqtt, startKafka, startBridge } = world();
  startMqtt();
  startKafka();
  const bridge = startBridge();
  await bridge.logged('is now active', 8);
  const { config } = JSON.parse((await bridge.http(4195, '/streams/energy')).body);
  const body = JSON.stringify(config);
  expect((await bridge.http(4195, '/streams/energy', { method: 'DELETE' })).status).toBe(200);
  expect((await bridge.http(4195, '/streams/energy')).status).toBe(404);
  expect((await bridge.http(4195, '/streams/energy', { method: 'PUT', body })).status).toBe(404);
  expect((await bridge.http(4195, '/streams/energy', { method: 'POST', body })).status).toBe(200);
  expect((await bridge.http(4195, '/streams/energy', { method: 'POST', body })).status).toBe(400);
  await bridge.logged('is now active', 10);
  const elsewhere = JSON.stringify({
    ...config,
    input: { ...config.input, mqtt: { ...config.input.mqtt, urls: ['tcp://nowhere:1883'] } },
  });
  expect((await bridge.http(4195, '/streams/energy', { method: 'PUT', body: elsewhere })).status).toBe(200);
  await bridge.logged('Failed to connect to mqtt');
  expect(await bridge.http(4195, '/ready')).toEqual({ status: 503, body: 'streams energy are not connected\n' });
});
