import { type IClientOptions, MqttClient } from 'mqtt';
import { connectLater } from '../../node/socket.ts';
import type { ContainerContext } from '../../program.ts';

export interface MqttAddress {
  readonly host: string;
  readonly port: number;
}

/** An MQTT client in a container, which connects at once and again after a second whenever it lost its broker. */
export function mqttClient(
  context: ContainerContext,
  { host, port }: MqttAddress,
  options: IClientOptions,
): MqttClient {
  const client = new MqttClient(() => connectLater(() => context.dial(host, port)), {
    protocolVersion: 4,
    protocolId: 'MQTT',
    clean: true,
    keepalive: 30,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    queueQoSZero: false,
    ...options,
  });
  client.on('error', () => {});
  return client;
}

/** The broker and the login in MQTT_HOST, MQTT_PORT, MQTT_USERNAME and MQTT_PASSWORD. */
export function mqttFromEnvironment(context: ContainerContext, clientId: string): MqttClient {
  const { env } = context;
  return mqttClient(
    context,
    { host: env.MQTT_HOST ?? 'localhost', port: Number(env.MQTT_PORT ?? 1883) },
    { clientId, username: env.MQTT_USERNAME ?? '', password: env.MQTT_PASSWORD ?? '' },
  );
}
