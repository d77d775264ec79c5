import kafkajs from 'kafkajs';
import { kafkaDouble } from './double/kafka.ts';
import { realKafka } from './real/kafka.ts';
import type { Absent, Opened, Subject } from './suite.ts';
import type { KafkaSystem } from './systems.ts';

/** A Kafka by its protocol: where it listens. */
export interface KafkaAddress extends Opened {
  readonly brokers: readonly string[];
}

export const kafkaProtocolSubjects = [kafkaDouble(), await realKafka()];

/** The same, through a client. */
export const kafkaSubjects: readonly (Subject<KafkaSystem> | Absent)[] = kafkaProtocolSubjects.map((subject) =>
  'absent' in subject ? subject : { ...subject, open: async () => connected(await subject.open()) },
);

function connected(address: KafkaAddress): KafkaSystem {
  const kafka = new kafkajs.Kafka({ brokers: [...address.brokers], logLevel: kafkajs.logLevel.NOTHING });
  return { ...address, kafka };
}
