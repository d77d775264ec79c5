import kafkajs, { type Admin, type Producer } from 'kafkajs';
import type { Migration } from '../../helpers/config/schema.ts';
import { connectKafka } from '../../helpers/target/dial/kafka.ts';
import type { HistoryOf } from '../embedded/history/state.ts';
import { historySeeds } from '../embedded/history/topics.ts';
import type { TopicSeed } from '../embedded/kafka/state.ts';
// Its codec for snappy.
import '../embedded/programs/clients/kafka.ts';
import type { Cluster } from './cluster.ts';
import { createTopics } from './create-topics.ts';
import { parts } from './seed-databases.ts';

/** Records that one request carries: below a broker's megabyte, compressed as they are. */
const recordsAtOnce = 1_000;

/**
 * Makes the topics of both systems, with the past in them, each record at its own time, and each consumer group's offset
 * behind it. Returns the number of records.
 */
export async function seedTopics(
  { target }: Cluster,
  migration: Migration,
  history: HistoryOf,
  signal: AbortSignal,
): Promise<number> {
  const { kafka } = connectKafka(target, migration.new.kafka);
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const seeds = historySeeds(history);
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await createTopics(
      admin,
      seeds.map(({ topic }) => ({ topic, numPartitions: 1 })),
    );
    let count = 0;
    for (const seed of seeds) count += await fill(producer, seed, signal);
    for (const seed of seeds) await commit(admin, seed);
    return count;
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

async function fill(producer: Producer, { topic, history }: TopicSeed, signal: AbortSignal): Promise<number> {
  if (!history) return 0;
  for (const indices of parts(Array(history.recordCount).keys(), recordsAtOnce)) {
    signal.throwIfAborted();
    const messages = indices.map((index) => {
      const { key, value } = history.record(index);
      return { key: key ?? null, value, timestamp: String(history.timeMs(index)) };
    });
    await producer.send({ topic, messages, compression: kafkajs.CompressionTypes.Snappy });
  }
  return history.recordCount;
}

/** The consumers go on where the past ends. */
async function commit(admin: Admin, { topic, committed = {} }: TopicSeed): Promise<void> {
  for (const [groupId, offset] of Object.entries(committed)) {
    await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] });
  }
}
