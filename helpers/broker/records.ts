import type { Cluster, Kafka } from 'kafkajs';
import type { TopicRecord } from './observed.ts';
import { registerSnappy } from './snappy.ts';
import { observing } from './topic.ts';

/** One answer to a fetch is at most this long, so that a topic of large records does not fill memory. */
const maxBytesPerFetch = 4 * 1024 * 1024;

/**
 * The newest `count` records of each partition of a topic, oldest first. They are fetched without a consumer group, so
 * nothing is joined, committed or left behind. Payloads that are no JSON object come with a `parseError`.
 *
 * @param options.below reads back from these offsets instead of the partitions' ends
 * Throws `Unobservable` when the broker does not answer.
 */
export async function readNewest(
  kafka: Kafka,
  topic: string,
  count: number,
  options: { readonly below?: ReadonlyMap<number, number> } = {},
): Promise<TopicRecord[]> {
  registerSnappy();
  return observing(`the newest records of topic ${topic}`, async () => {
    const cluster = clusterOf(kafka);
    await cluster.connect();
    try {
      await cluster.addTargetTopic(topic);
      const partitions = cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }))
        .sort((a, b) => a.partition - b.partition);
      const [highs] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]);
      const [lows] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]);
      const records = await Promise.all(
        partitions.map(({ partition }) => {
          const end = options.below?.get(partition) ?? offsetOf(highs, partition);
          return readPartition(cluster, topic, partition, Math.max(offsetOf(lows, partition), end - count), end);
        }),
      );
      return records.flat();
    } finally {
      await cluster.disconnect();
    }
  });
}

function offsetOf(
  answer: { partitions: { partition: number; offset: string }[] } | undefined,
  partition: number,
): number {
  return Number(answer?.partitions.find((own) => own.partition === partition)?.offset ?? 0);
}

/** Records of [from, end). */
async function readPartition(
  cluster: Cluster,
  topic: string,
  partition: number,
  from: number,
  end: number,
): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`partition ${partition} of topic ${topic} has no leader`);
  const broker = await cluster.findBroker({ nodeId });
  for (let next = from; next < end; ) {
    const answer: FetchAnswer = await broker.fetch({
      maxWaitTime: 1000,
      minBytes: 1,
      maxBytes: maxBytesPerFetch,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(next), maxBytes: maxBytesPerFetch }] }],
    });
    const messages = answer.responses[0]?.partitions[0]?.messages ?? [];
    // A batch comes whole, from its first record: those before the offset asked for are none of ours.
    const wanted = messages.filter(({ offset }) => Number(offset) >= next && Number(offset) < end);
    records.push(
      ...wanted
        .filter(({ isControlRecord }) => isControlRecord !== true)
        .map((message) => record(topic, partition, message)),
    );
    const last = messages.at(-1);
    if (last === undefined || Number(last.offset) < next) break; // compacted or cut off meanwhile: there is no more
    next = Number(last.offset) + 1;
  }
  return records;
}

/** The part of kafkajs' answer that is used; its types leave it open. */
interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly { readonly messages: readonly FetchedMessage[] }[] }[];
}

interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly value: Buffer | null;
  readonly isControlRecord?: boolean;
}

function record(topic: string, partition: number, message: FetchedMessage): TopicRecord {
  const place = {
    topic,
    partition,
    offset: Number(message.offset),
    at: new Date(Number(message.timestamp)).toISOString(),
  };
  return { ...place, ...parsed(message.value) };
}

/** The payload as a JSON object, or why it is none. */
export function parsed(payload: Buffer | null): Pick<TopicRecord, 'value' | 'parseError'> {
  if (payload === null) return { parseError: 'no payload' };
  try {
    const value: unknown = JSON.parse(payload.toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { value: value as Record<string, unknown> } : { parseError: 'JSON, but no object' };
  } catch {
    // The parser quotes the payload, which is the sensors' business and not a report's.
    return { parseError: `no JSON, ${payload.length} bytes` };
  }
}

/**
 * kafkajs offers fetching only to a consumer, and a consumer only with a group. Its Kafka object keeps the function that
 * makes connections under a symbol; this is the one place that knows, and `contract/kafka.contract.test.ts` holds it to it.
 */
function clusterOf(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (typeof create !== 'function') throw new TypeError('this version of kafkajs makes its connections in another way');
  return create({ allowAutoTopicCreation: false, metadataMaxAge: 300_000 });
}
