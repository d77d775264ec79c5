import { redpanda, redpandaDataPath } from '../../replica/embedded/kafka/program.ts';
import { seedTopics } from '../../replica/embedded/kafka/state.ts';
import { mosquitto } from '../../replica/embedded/mqtt/program.ts';
import { mqttClient } from '../../replica/embedded/programs/clients/mqtt.ts';
import { bridgeMappings } from '../../replica/embedded/programs/connect/mappings.ts';
import { connectProgram } from '../../replica/embedded/programs/connect/program.ts';
import { mountedConfigMap } from '../../replica/embedded/testing/manifest.ts';
import { World } from '../../replica/embedded/testing/world.ts';
import type { Subject } from '../suite.ts';
import type { ConnectSystem } from '../systems.ts';

const httpPort = 4195;
const password = 'contract-password';

/** The replica's Redpanda Connect as the bridge, between the replica's brokers. */
export function connectDouble(): Subject<ConnectSystem> {
  return { name: 'the replica', how: 'double', open };
}

async function open(): Promise<ConnectSystem> {
  const world = new World();
  const data = new Map<string, unknown>();
  seedTopics(
    data,
    Object.keys(bridgeMappings).map((topic) => ({ topic })),
  );
  const users = `bridge:${password}\nsensors:${password}\n`;
  world.run(mosquitto, { name: 'mosquitto.mosquitto', files: new Map([['/mosquitto/secret/users', users]]) });
  world.run(redpanda, {
    name: 'redpanda-v2.redpanda-v2',
    args: ['redpanda', 'start', '--advertise-kafka-addr=redpanda-v2.redpanda-v2.svc.cluster.local:9092'],
    volumes: new Map([[redpandaDataPath, data]]),
  });
  const files = mountedConfigMap('mqtt-kafka-bridge', 'mqtt-kafka-bridge-streams', '/config');
  const bridge = world.run(connectProgram, {
    name: 'bridge.mqtt-kafka-bridge',
    args: ['streams', '/config/*.yaml'],
    env: { MQTT_USERNAME: 'bridge', MQTT_PASSWORD: password },
    files,
  });
  await bridge.logged('is now active', 2 * files.size);
  const login = { clientId: 'contract', username: 'sensors', password };
  const client = mqttClient(bridge.context, { host: 'mosquitto.mosquitto', port: 1883 }, login);
  return {
    version: undefined,
    get: (path) => bridge.http(httpPort, path),
    streams: [...files.keys()].map((path) => path.replace('/config/', '').replace('.yaml', '')),
    password,
    publish: async (topic, payload) => {
      await client.publishAsync(topic, payload, { qos: 1 });
    },
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true);
      await world[Symbol.asyncDispose]();
    },
  };
}
