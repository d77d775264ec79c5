import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import kafkajs from 'kafkajs';
import { connectAsync } from 'mqtt';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { mountedConfigMap } from '../../replica/embedded/testing/manifest.ts';
import { randomName } from '../random-name.ts';
import type { Absent, Subject } from '../suite.ts';
import type { ConnectSystem } from '../systems.ts';

interface Place {
  readonly program: string;
  readonly mqtt: string;
  readonly username: string;
  readonly password: string;
  readonly brokers: string;
}

/**
 * Redpanda Connect, the program at CONTRACT_CONNECT_PROGRAM, started with the bridge's own stream files from the
 * manifests against the brokers at CONTRACT_MQTT_* and CONTRACT_KAFKA_BROKERS. Topics and client ids get a prefix, so that
 * several runs do not throw each other out.
 */
export function realConnect(): Subject<ConnectSystem> | Absent {
  const {
    CONTRACT_CONNECT_PROGRAM: program,
    CONTRACT_MQTT_URL: mqtt,
    CONTRACT_MQTT_USERNAME: username = '',
    CONTRACT_MQTT_PASSWORD: password = '',
    CONTRACT_KAFKA_BROKERS: brokers,
  } = process.env;
  if (program === undefined || mqtt === undefined || brokers === undefined) {
    const absent = 'set CONTRACT_CONNECT_PROGRAM, CONTRACT_MQTT_URL, _USERNAME, _PASSWORD and CONTRACT_KAFKA_BROKERS';
    return { name: 'the real program', absent };
  }
  return { name: 'the real program', open: () => open({ program, mqtt, username, password, brokers }) };
}

async function open(place: Place): Promise<ConnectSystem> {
  const prefix = randomName();
  const directory = await mkdtemp(join(tmpdir(), 'contract-connect-'));
  const files = [...mountedConfigMap('mqtt-kafka-bridge', 'mqtt-kafka-bridge-streams', directory)];
  const kafkaTopics: string[] = [];
  for (const [path, text] of files) {
    const here = text
      .replace(/urls: \[[^\]]*\]/, `urls: [${place.mqtt.replace('mqtt:', 'tcp:')}]`)
      .replace(/addresses: \[[^\]]*\]/, `addresses: [${place.brokers}]`)
      .replaceAll('client_id: ', `client_id: ${prefix}-`)
      .replace('topics: [', `topics: [${prefix}/`)
      .replace(
        /topic: (\S+)/,
        (_, topic: string) => `topic: ${kafkaTopics[kafkaTopics.push(`${prefix}-${topic}`) - 1]}`,
      );
    await writeFile(path, here);
  }
  const admin = new kafkajs.Kafka({ brokers: place.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: kafkaTopics.map((topic) => ({ topic })), waitForLeaders: true });

  const port = await freePort();
  const child = spawn(
    place.program,
    ['streams', '--set', `http.address=127.0.0.1:${port}`, ...files.map(([path]) => path)],
    { stdio: 'ignore', env: { ...process.env, MQTT_USERNAME: place.username, MQTT_PASSWORD: place.password } },
  );
  const get: ConnectSystem['get'] = async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  await serving(child, get);
  const { mqtt, username, password } = place;
  const client = await connectAsync(mqtt, { protocolVersion: 4, username, password, reconnectPeriod: 0 }, false);
  return {
    get,
    streams: files.map(([path]) => basename(path, '.yaml')),
    password,
    publish: async (topic, payload) => {
      await client.publishAsync(`${prefix}/${topic}`, payload, { qos: 1 });
    },
    [Symbol.asyncDispose]: async () => {
      await client.endAsync();
      child.kill('SIGTERM');
      await once(child, 'exit');
      await admin.deleteTopics({ topics: kafkaTopics });
      await admin.disconnect();
      await rm(directory, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

async function serving(child: ChildProcess, get: ConnectSystem['get']): Promise<void> {
  await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`the program ended with exit code ${child.exitCode}`);
      const answer = await get('/ready').catch((error: Error) => ({ status: 0, body: error.message }));
      return answer.status === 200 ? seen(undefined) : notYet(`${answer.status} ${answer.body}`);
    },
    { for: '/ready of Redpanda Connect', within: 20, every: 0.1 },
  );
}
