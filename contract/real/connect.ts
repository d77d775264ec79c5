import { connectAsync } from 'mqtt';
import type { ConnectSystem } from '../subjects.ts';
import type { Absent, Subject } from '../suite.ts';

/** Redpanda Connect at CONTRACT_CONNECT_URL, running contract/real/streams against the broker at CONTRACT_MQTT_URL. */
export function realConnect(): Subject<ConnectSystem> | Absent {
  const { CONTRACT_CONNECT_URL: url, CONTRACT_MQTT_URL: mqtt } = process.env;
  const { CONTRACT_MQTT_USERNAME: username = '', CONTRACT_MQTT_PASSWORD: password = '' } = process.env;
  if (url === undefined || mqtt === undefined) {
    return { name: 'the real program', absent: 'set CONTRACT_CONNECT_URL and CONTRACT_MQTT_*, see contract/README.md' };
  }
  return { name: `the real program at ${new URL(url).host}`, open: () => open(url, mqtt, { username, password }) };
}

async function open(url: string, mqtt: string, login: { username: string; password: string }): Promise<ConnectSystem> {
  const client = await connectAsync(mqtt, { protocolVersion: 4, ...login, reconnectPeriod: 0 }, false);
  return {
    get: async (path) => {
      const answer = await fetch(new URL(path, url));
      return { status: answer.status, body: await answer.text() };
    },
    publish: async (payload) => {
      await client.publishAsync('contract/readings', payload, { qos: 1 });
    },
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}
