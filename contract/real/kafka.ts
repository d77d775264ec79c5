import kafkajs from 'kafkajs';
import type { Absent, Subject } from '../suite.ts';
import type { KafkaSystem } from '../systems.ts';

/** A Kafka broker at CONTRACT_KAFKA_BROKERS (host:port, separated by commas). */
export function realKafka(): Subject<KafkaSystem> | Absent {
  const brokers = process.env.CONTRACT_KAFKA_BROKERS;
  if (brokers === undefined) return { name: 'a real broker', absent: 'set CONTRACT_KAFKA_BROKERS' };
  return {
    name: `a real broker at ${brokers}`,
    open: async () => ({
      kafka: new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}
