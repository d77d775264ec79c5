import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createMqttBroker } from '../../replica/embedded/mqtt/broker.ts';
import type { MqttSystem } from '../mqtt-subjects.ts';
import type { Subject } from '../suite.ts';

/** The replica's broker. */
export function mqttDouble(): Subject<MqttSystem> {
  return { name: 'the replica', how: 'double', open };
}

async function open(): Promise<MqttSystem> {
  const broker = await createMqttBroker({ users: new Map([['bridge', 'secret']]), log: () => {} });
  const server = createServer((socket) => broker.accept(socket.setNoDelay(true)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: 'bridge',
    password: 'secret',
    version: undefined,
    [Symbol.asyncDispose]: async () => {
      await broker.close();
      server.close();
      await once(server, 'close');
    },
  };
}
