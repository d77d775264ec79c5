import { connectAsync } from 'mqtt';
import type { MqttSystem } from '../subjects.ts';
import type { Absent, Subject } from '../suite.ts';

/** An MQTT broker at CONTRACT_MQTT_URL, with CONTRACT_MQTT_USERNAME and CONTRACT_MQTT_PASSWORD. */
export function realMqtt(): Subject<MqttSystem> | Absent {
  const { CONTRACT_MQTT_URL: url, CONTRACT_MQTT_USERNAME: username, CONTRACT_MQTT_PASSWORD: password } = process.env;
  if (url === undefined || username === undefined || password === undefined) {
    return {
      name: 'a real broker',
      absent: 'set CONTRACT_MQTT_URL, CONTRACT_MQTT_USERNAME and CONTRACT_MQTT_PASSWORD',
    };
  }
  return {
    name: `a real broker at ${new URL(url).host}`,
    open: async () => ({
      connect: (options) =>
        connectAsync(url, { protocolVersion: 4, username, password, reconnectPeriod: 0, ...options }, false),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}
