import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createBroker } from '../replica/embedded/kafka/broker.ts';

/** A Kafka that the contract is held against. */
export interface KafkaSubject {
  readonly name: string;
  readonly brokers: readonly string[];
  close(): Promise<void>;
}

/** The double always, the real one when CONTRACT_KAFKA_BROKERS (host:port, …) names it. */
export function kafkaSubjects(): readonly { readonly name: string; start(): Promise<KafkaSubject> }[] {
  const brokers = process.env.CONTRACT_KAFKA_BROKERS;
  const real = { name: 'Apache Kafka', brokers: brokers?.split(',') ?? [], close: () => Promise.resolve() };
  return [
    { name: 'the double', start: () => startKafkaDouble() },
    ...(brokers === undefined ? [] : [{ name: real.name, start: () => Promise.resolve(real) }]),
  ];
}

/** The double on a free port of this machine, with what is on the volume. */
export async function startKafkaDouble(volume = new Map<string, unknown>()): Promise<KafkaSubject> {
  const server = createServer((socket: Socket) => broker.accept(socket.setNoDelay(true)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const broker = createBroker({ advertised: { host: '127.0.0.1', port }, nodeId: 0, log: () => {}, state: volume });
  return {
    name: 'the double',
    brokers: [`127.0.0.1:${port}`],
    async close() {
      broker.close();
      server.close();
      await once(server, 'close');
    },
  };
}
