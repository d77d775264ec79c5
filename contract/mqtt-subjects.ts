import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createMqttBroker } from '../replica/embedded/mqtt/broker.ts';
import type { Absent, Subject } from './suite.ts';

/** An MQTT broker, with a user who may do everything. */
export interface MqttSystem extends AsyncDisposable {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The double always, the real one where CONTRACT_MQTT_URL, _USERNAME and _PASSWORD say it is. */
export const mqttSubjects: readonly (Subject<MqttSystem> | Absent)[] = [
  { name: 'the replica', double: true, open: startMqttDouble },
  real(),
];

function real(): Subject<MqttSystem> | Absent {
  const name = 'mosquitto';
  const {
    CONTRACT_MQTT_URL: url,
    CONTRACT_MQTT_USERNAME: username = '',
    CONTRACT_MQTT_PASSWORD: password = '',
  } = process.env;
  if (url === undefined) return { name, absent: 'set CONTRACT_MQTT_URL' };
  return {
    name,
    open: () => Promise.resolve({ url, username, password, [Symbol.asyncDispose]: () => Promise.resolve() }),
  };
}

async function startMqttDouble(): Promise<MqttSystem> {
  const broker = await createMqttBroker({ users: new Map([['bridge', 'secret']]), log: () => {} });
  const server = createServer((socket) => broker.accept(socket.setNoDelay(true)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: 'bridge',
    password: 'secret',
    [Symbol.asyncDispose]: async () => {
      await broker.close();
      server.close();
      await once(server, 'close');
    },
  };
}
