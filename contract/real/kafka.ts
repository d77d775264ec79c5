import { whereabouts } from '../docker/found.ts';
import type { KafkaAddress } from '../kafka-subjects.ts';
import type { Absent, Subject } from '../suite.ts';

/** The brokers of CONTRACT_KAFKA_BROKERS (host:port, separated by commas), or Redpanda in a container. */
export async function realKafka(): Promise<Subject<KafkaAddress> | Absent> {
  const found = await whereabouts('CONTRACT_KAFKA_BROKERS');
  if ('absent' in found) return { name: 'a real broker', absent: found.absent };
  const brokers = (found.environment.CONTRACT_KAFKA_BROKERS ?? '').split(',');
  return {
    name: found.how === 'address' ? `a real broker at ${brokers}` : 'Redpanda',
    how: found.how,
    // The protocol has no word for it.
    open: async () => ({ brokers, version: found.image, [Symbol.asyncDispose]: async () => {} }),
  };
}
