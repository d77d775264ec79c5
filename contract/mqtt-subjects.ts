import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createMqttBroker } from '../replica/embedded/mqtt/broker.ts';

/** An MQTT broker that the contract is held against, with a user who may do everything. */
export interface MqttSubject {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  close(): Promise<void>;
}

/** The double always, the real one when CONTRACT_MQTT_URL, _USERNAME and _PASSWORD name it. */
export function mqttSubjects(): readonly { readonly name: string; start(): Promise<MqttSubject> }[] {
  const {
    CONTRACT_MQTT_URL: url,
    CONTRACT_MQTT_USERNAME: username = '',
    CONTRACT_MQTT_PASSWORD: password = '',
  } = process.env;
  const real = { url: url ?? '', username, password, close: () => Promise.resolve() };
  return [
    { name: 'the double', start: startMqttDouble },
    ...(url === undefined ? [] : [{ name: 'mosquitto', start: () => Promise.resolve(real) }]),
  ];
}

async function startMqttDouble(): Promise<MqttSubject> {
  const broker = await createMqttBroker({ users: new Map([['bridge', 'secret']]), log: () => {} });
  const server = createServer((socket) => broker.accept(socket.setNoDelay(true)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: 'bridge',
    password: 'secret',
    async close() {
      await broker.close();
      server.close();
      await once(server, 'close');
    },
  };
}
