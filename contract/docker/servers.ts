import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { K3sContainer } from '@testcontainers/k3s';
import { RedpandaContainer } from '@testcontainers/redpanda';
import { GenericContainer, Wait } from 'testcontainers';
import { parse } from 'yaml';
import { startContainer } from '../../helpers/docker/container.ts';
import { postgresContainer } from '../../helpers/scratch-database/container.ts';
import { configPath } from '../../replica/k3d/config.ts';
import { pinnedImage } from '../images.ts';

/** A program in a container, by the variables that would name its address. */
export interface Server extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly image: string;
}

/** The programs that a container can stand for, by the variable that names the address of one. */
export const servers = {
  CONTRACT_KAFKA_BROKERS: kafka,
  CONTRACT_POSTGRES_URL: postgres,
  CONTRACT_MQTT_URL: mqtt,
  CONTRACT_KUBECONFIG: kubernetes,
} as const satisfies Readonly<Record<string, () => Promise<Server>>>;

export type ServerVariable = keyof typeof servers;

const password = 'contract-password';

async function kafka(): Promise<Server> {
  const image = await pinnedImage('redpandadata/redpanda');
  const container = await startContainer(image, (name) => new RedpandaContainer(name));
  return serving(image, container, { CONTRACT_KAFKA_BROKERS: container.getBootstrapServers() });
}

async function postgres(): Promise<Server> {
  const image = await pinnedImage('timescale/timescaledb');
  const server = await postgresContainer(image);
  return serving(image, server, { CONTRACT_POSTGRES_URL: server.url });
}

async function mqtt(): Promise<Server> {
  const config = 'listener 1883\nallow_anonymous false\npassword_file /mosquitto/config/users\n';
  const image = await pinnedImage('eclipse-mosquitto');
  const container = await startContainer(image, (name) =>
    new GenericContainer(name)
      .withCopyContentToContainer([{ content: config, target: '/mosquitto/config/mosquitto.conf' }])
      .withEntrypoint(['sh', '-c'])
      .withCommand([
        `mosquitto_passwd -b -c /mosquitto/config/users contract ${password} &&
          chown mosquitto /mosquitto/config/users && exec mosquitto -c /mosquitto/config/mosquitto.conf`,
      ])
      .withExposedPorts(1883)
      .withWaitStrategy(Wait.forListeningPorts()),
  );
  return serving(image, container, {
    CONTRACT_MQTT_URL: `mqtt://${container.getHost()}:${container.getMappedPort(1883)}`,
    CONTRACT_MQTT_USERNAME: 'contract',
    CONTRACT_MQTT_PASSWORD: password,
  });
}

/** The k3s of k3d.yaml. */
async function kubernetes(): Promise<Server> {
  const { image } = parse(await readFile(configPath, 'utf8')) as { image: string };
  const container = await startContainer(image, (name) => new K3sContainer(name));
  const path = join(await mkdtemp(join(tmpdir(), 'contract-k3s-')), 'kubeconfig');
  await writeFile(path, container.getKubeConfig(), { mode: 0o600 });
  return serving(image, container, { CONTRACT_KUBECONFIG: path });
}

function serving(image: string, container: AsyncDisposable, environment: Server['environment']): Server {
  return { environment, image, [Symbol.asyncDispose]: () => container[Symbol.asyncDispose]() };
}
