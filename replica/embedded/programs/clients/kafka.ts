import kafkajs, { type Kafka as KafkaClient } from 'kafkajs';
import { snappyCompress, snappyDecompress } from '../../kafka/records/snappy.ts';
import { connectLater } from '../../node/socket.ts';
import type { ContainerContext } from '../../program.ts';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async (encoder: { buffer: Buffer }) => snappyCompress(encoder.buffer),
  decompress: async (bytes: Buffer) => snappyDecompress(bytes),
});

/** A Kafka client in a container. It says nothing and gives up soon: its program logs and tries again in its own way. */
export function kafkaClient(context: ContainerContext, brokers: readonly string[], clientId: string): KafkaClient {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 300 },
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connectLater(() => context.dial(host, port));
      socket.once('connect', onConnect);
      // kafkajs asks for a net.Socket and uses what any Duplex has.
      return socket as never;
    },
  });
}
