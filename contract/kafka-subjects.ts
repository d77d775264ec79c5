import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createBroker } from '../replica/embedded/kafka/broker.ts';
import type { Absent, Subject } from './suite.ts';

/** A Kafka by its protocol: where it listens. */
export interface KafkaAddress extends AsyncDisposable {
  readonly brokers: readonly string[];
}

/** The double always, the real one where CONTRACT_KAFKA_BROKERS (host:port, …) says it is. */
export const kafkaProtocolSubjects: readonly (Subject<KafkaAddress> | Absent)[] = [
  {
    name: 'the replica',
    double: true,
    open: async () => {
      const { brokers, close } = await startKafkaDouble();
      return { brokers, [Symbol.asyncDispose]: close };
    },
  },
  real(),
];

function real(): Subject<KafkaAddress> | Absent {
  const name = 'Apache Kafka';
  const { CONTRACT_KAFKA_BROKERS } = process.env;
  if (CONTRACT_KAFKA_BROKERS === undefined) return { name, absent: 'set CONTRACT_KAFKA_BROKERS' };
  const brokers = CONTRACT_KAFKA_BROKERS.split(',');
  return { name, open: () => Promise.resolve({ brokers, [Symbol.asyncDispose]: () => Promise.resolve() }) };
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
