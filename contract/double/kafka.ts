import kafkajs from 'kafkajs';
import { startKafkaDouble } from '../kafka-subjects.ts';
import type { Subject } from '../suite.ts';
import type { KafkaSystem } from '../systems.ts';

/** The replica's broker. */
export function kafkaDouble(): Subject<KafkaSystem> {
  return {
    name: 'the replica',
    double: true,
    open: async () => {
      const { brokers, close } = await startKafkaDouble();
      return {
        kafka: new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }),
        [Symbol.asyncDispose]: close,
      };
    },
  };
}
