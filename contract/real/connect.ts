import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import kafkajs from 'kafkajs';
import { connectAsync } from 'mqtt';
import { GenericContainer } from 'testcontainers';
import { startContainer } from '../../helpers/docker/container.ts';
import { dockerWith } from '../../helpers/docker/image.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { createTopics } from '../../replica/cluster/create-topics.ts';
import { mountedConfigMap } from '../../replica/embedded/testing/manifest.ts';
import { whereabouts } from '../docker/found.ts';
import { pinnedImage } from '../images.ts';
import { randomName } from '../random-name.ts';
import type { Absent, How, Subject } from '../suite.ts';
import type { ConnectSystem } from '../systems.ts';
import { freePort } from './free-port.ts';

const name = 'Redpanda Connect';

/** Redpanda Connect that runs these files as streams, with its HTTP on a port of the loopback. */
type Run = (
  files: ReadonlyMap<string, string>,
  port: number,
  env: Readonly<Record<string, string>>,
) => Promise<Running>;

interface Running extends AsyncDisposable {
  /** How it ended, in words, once it has by itself. */
  ended(): string | undefined;
}

interface Place {
  readonly run: Run;
  readonly mqtt: string;
  readonly username: string;
  readonly password: string;
  readonly brokers: string;
}

/**
 * Redpanda Connect, the program at CONTRACT_CONNECT_PROGRAM or a container, started with the bridge's own stream files from
 * the manifests between the brokers of the other contracts. Topics and client ids get a prefix, so that several runs do
 * not throw each other out.
 */
export async function realConnect(): Promise<Subject<ConnectSystem> | Absent> {
  const way = await program();
  if ('absent' in way) return { name, absent: way.absent };
  const [mqtt, kafka] = await Promise.all([whereabouts('CONTRACT_MQTT_URL'), whereabouts('CONTRACT_KAFKA_BROKERS')]);
  if ('absent' in mqtt) return { name, absent: mqtt.absent };
  if ('absent' in kafka) return { name, absent: kafka.absent };
  const place: Place = {
    run: way.run,
    mqtt: mqtt.environment.CONTRACT_MQTT_URL ?? '',
    username: mqtt.environment.CONTRACT_MQTT_USERNAME ?? '',
    password: mqtt.environment.CONTRACT_MQTT_PASSWORD ?? '',
    brokers: kafka.environment.CONTRACT_KAFKA_BROKERS ?? '',
  };
  return { name, how: way.how, open: () => open(place) };
}

async function program(): Promise<{ readonly how: How; readonly run: Run } | { readonly absent: string }> {
  const path = process.env.CONTRACT_CONNECT_PROGRAM;
  if (path !== undefined) return { how: 'program', run: (...how) => runProgram(path, ...how) };
  const image = await pinnedImage('redpandadata/connect');
  try {
    await dockerWith(image);
    return { how: 'testcontainers', run: (...how) => runContainer(image, ...how) };
  } catch (error) {
    if (!(error instanceof Unobservable)) throw error;
    return { absent: `set CONTRACT_CONNECT_PROGRAM; ${error.message}` };
  }
}

const runProgram = async (path: string, ...[files, port, env]: Parameters<Run>): Promise<Running> => {
  const directory = await mkdtemp(join(tmpdir(), 'contract-connect-'));
  for (const [file, text] of files) await writeFile(join(directory, file), text);
  const paths = [...files.keys()].map((file) => join(directory, file));
  const child = spawn(path, streams(port, paths), { stdio: 'ignore', env: { ...process.env, ...env } });
  const exit = once(child, 'exit');
  return {
    ended: () => (child.exitCode === null ? undefined : `exit code ${child.exitCode}`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exit;
      await rm(directory, { recursive: true });
    },
  };
};

/** On the machine's own network (Linux): what it connects to may be anywhere. */
const runContainer = async (image: string, ...[files, port, env]: Parameters<Run>): Promise<Running> => {
  const contents = [...files].map(([file, content]) => ({ content, target: `/contract/${file}` }));
  const paths = contents.map(({ target }) => target);
  const container = await startContainer(image, (name) =>
    new GenericContainer(name)
      .withNetworkMode('host')
      .withEnvironment(env)
      .withCopyContentToContainer(contents)
      .withCommand(streams(port, paths)),
  );
  return { ended: () => undefined, [Symbol.asyncDispose]: () => container[Symbol.asyncDispose]() };
};

function streams(port: number, paths: readonly string[]): string[] {
  return ['streams', '--set', `http.address=127.0.0.1:${port}`, ...paths];
}

async function open({ run, mqtt, username, password, brokers }: Place): Promise<ConnectSystem> {
  const prefix = randomName();
  const kafkaTopics: string[] = [];
  const files = new Map<string, string>();
  for (const [path, text] of mountedConfigMap('mqtt-kafka-bridge', 'mqtt-kafka-bridge-streams', '')) {
    const here = text
      .replace(/urls: \[[^\]]*\]/, `urls: [${mqtt.replace('mqtt:', 'tcp:')}]`)
      .replace(/addresses: \[[^\]]*\]/, `addresses: [${brokers}]`)
      .replaceAll('client_id: ', `client_id: ${prefix}-`)
      .replace('topics: [', `topics: [${prefix}/`)
      .replace(
        /topic: (\S+)/,
        (_, topic: string) => `topic: ${kafkaTopics[kafkaTopics.push(`${prefix}-${topic}`) - 1]}`,
      );
    files.set(basename(path), here);
  }
  const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await createTopics(
    admin,
    kafkaTopics.map((topic) => ({ topic })),
  );

  const port = await freePort();
  const running = await run(files, port, { MQTT_USERNAME: username, MQTT_PASSWORD: password });
  const get: ConnectSystem['get'] = async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  const streamIds = [...files.keys()].map((file) => basename(file, '.yaml'));
  await serving(running, get, streamIds);
  const client = await connectAsync(mqtt, { protocolVersion: 4, username, password, reconnectPeriod: 0 }, false);
  return {
    version: JSON.parse((await get('/version')).body).version,
    get,
    streams: streamIds,
    password,
    publish: async (topic, payload) => {
      await client.publishAsync(`${prefix}/${topic}`, payload, { qos: 1 });
    },
    [Symbol.asyncDispose]: async () => {
      await client.endAsync();
      await running[Symbol.asyncDispose]();
      await admin.deleteTopics({ topics: kafkaTopics });
      await admin.disconnect();
    },
  };
}

/**
 * Resolves when both ends of each stream are connected. `/ready` of them all does not tell: on a busy machine it was seen
 * to answer 200 while a stream had no ends yet, and no metrics.
 */
async function serving(running: Running, get: ConnectSystem['get'], ids: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      const ended = running.ended();
      if (ended !== undefined) throw new Error(`the program ended with ${ended}`);
      for (const id of ids) {
        const answer = await get(`/${id}/ready`).catch((error: Error) => ({ status: 0, body: error.message }));
        const ends: readonly unknown[] = answer.status === 200 ? JSON.parse(answer.body).statuses : [];
        if (ends.length < 2) return notYet(`${id}: ${answer.status} ${answer.body}`);
      }
      return seen(undefined);
    },
    { for: 'the streams of Redpanda Connect', within: 20, every: 0.1 },
  );
}
