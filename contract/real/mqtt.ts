import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { whereabouts } from '../docker/found.ts';
import type { MqttSystem } from '../mqtt-subjects.ts';
import type { Absent, Subject } from '../suite.ts';

/** The broker of CONTRACT_MQTT_URL, _USERNAME and _PASSWORD, or mosquitto in a container. */
export async function realMqtt(): Promise<Subject<MqttSystem> | Absent> {
  const name = 'mosquitto';
  const found = await whereabouts('CONTRACT_MQTT_URL');
  if ('absent' in found) return { name, absent: found.absent };
  const {
    CONTRACT_MQTT_URL: url = '',
    CONTRACT_MQTT_USERNAME: username = '',
    CONTRACT_MQTT_PASSWORD: password = '',
  } = found.environment;
  return {
    name,
    how: found.how,
    open: async () => ({
      url,
      username,
      password,
      version: await version(url, { username, password }),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

/** As mosquitto keeps it under $SYS; undefined where nothing comes in time. */
async function version(url: string, login: { username: string; password: string }): Promise<string | undefined> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...login }, false);
  try {
    const told = new Promise<string>((resolve) => client.once('message', (_, payload) => resolve(String(payload))));
    await client.subscribeAsync('$SYS/broker/version');
    return (await Promise.race([told, sleep(2_000, undefined)]))?.replace('mosquitto version ', '');
  } finally {
    await client.endAsync();
  }
}
