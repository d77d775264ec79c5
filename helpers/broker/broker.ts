import type { ServiceRef } from '../config/schema.ts';
import { connectKafka } from '../target/dial/kafka.ts';
import type { Target } from '../target/target.ts';
import { observeGroup } from './group.ts';
import type { GroupState, TopicRecord, TopicState } from './observed.ts';
import { readNewest } from './records.ts';
import { type Offsets, observeTopic, offsetsAt, recordsBetween } from './topic.ts';

/** Everything that is observed of Kafka, over one connection. Every method throws `Unobservable` as its namesake does. */
export interface Broker {
  topic(topic: string, options?: { readonly offsetSeconds?: number }): Promise<TopicState>;
  offsetsAt(topic: string, time: Date): Promise<Offsets>;
  recordsBetween(topic: string, from: Date, to: Date): Promise<number>;
  group(group: string, topics: readonly string[]): Promise<GroupState>;
  newestRecords(topic: string, count: number): Promise<TopicRecord[]>;
  close(): Promise<void>;
}

/**
 * Connects to Kafka through tunnels. Where a tunnel fails, errors say why it failed.
 * Throws `Unobservable` when the broker cannot be reached.
 */
export async function connectBroker(target: Target, service: ServiceRef): Promise<Broker> {
  const connection = connectKafka(target, service);
  const { kafka } = connection;
  const admin = kafka.admin();
  const telling = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw connection.unobservable(error, what);
    }
  };
  await telling(`connect to Kafka on ${service.namespace}/${service.service}:${service.port}`, admin.connect());
  return {
    topic: (topic, options) => telling(`topic ${topic}`, observeTopic(admin, topic, options)),
    offsetsAt: (topic, time) => telling(`topic ${topic}`, offsetsAt(admin, topic, time)),
    recordsBetween: (topic, from, to) => telling(`topic ${topic}`, recordsBetween(admin, topic, from, to)),
    group: (group, topics) => telling(`consumer group ${group}`, observeGroup(admin, group, topics)),
    newestRecords: (topic, count) => telling(`records of topic ${topic}`, readNewest(kafka, topic, count)),
    close: () => admin.disconnect(),
  };
}
