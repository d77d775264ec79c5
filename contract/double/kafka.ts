import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createBroker } from '../../replica/embedded/kafka/broker.ts';
import type { KafkaAddress } from '../kafka-subjects.ts';
import type { Subject } from '../suite.ts';

/** The replica's broker. */
export function kafkaDouble(): Subject<KafkaAddress> {
  return {
    name: 'the replica',
    how: 'double',
    open: async () => {
      const { brokers, close } = await startKafkaDouble();
      return { brokers, version: undefined, [Symbol.asyncDispose]: close };
    },
  };
}
/** A broker of the replica that listens on this machine. */
export interface RunningBroker {
  readonly brokers: readonly string[];
  close(): Promise<void>;
}

/** The double on a free port of this machine, with what is on the volume. */
export async function startKafkaDouble(volume = new Map<string, unknown>()): Promise<RunningBroker> {
  const server = createServer((socket: Socket) => broker.accept(socket.setNoDelay(true)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const broker = createBroker({
    advertised: { host: '127.0.0.1', port },
    nodeId: 0,
    log: () => {},
    state: volume,
  });
  return {
    brokers: [`127.0.0.1:${port}`],
    async close() {
      broker.close();
      server.close();
      await once(server, 'close');
    },
  };
}
