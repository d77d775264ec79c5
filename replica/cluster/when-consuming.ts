import type { Migration } from '../../helpers/config/schema.ts';
import { connectKafka } from '../../helpers/target/dial/kafka.ts';
import type { HistoryOf } from '../embedded/history/state.ts';
import { consumingGroups, historySeeds } from '../embedded/history/topics.ts';
import { type Patience, patiently } from './await-cluster.ts';
import type { Cluster } from './cluster.ts';

/**
 * Resolves when every consumer has stored something new: its committed offset is beyond the past in each of its topics,
 * so sensor, broker, bridge, topic, sink and table of each stream work.
 */
export async function whenConsuming(
  { target }: Cluster,
  migration: Migration,
  history: HistoryOf,
  within: number,
  patience: Patience,
): Promise<void> {
  const consuming = consumingGroups(history.state);
  const behind = historySeeds(history).flatMap(({ topic, committed = {} }) =>
    Object.entries(committed)
      .filter(([group]) => consuming.includes(group))
      .map(([group, offset]) => ({ group, topic, offset })),
  );
  const admin = connectKafka(target, migration.new.kafka).kafka.admin();
  await admin.connect();
  try {
    await patiently('something new to be stored', within, patience, async () => {
      const left = await Promise.all(
        behind.map(async ({ group, topic, offset }) => {
          const [fetched] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
          const committed = Number(fetched?.partitions[0]?.offset ?? -1);
          const name = `${group} of ${topic}`;
          return committed > offset ? [] : [{ name, why: `committed ${committed}, the past ends at ${offset}` }];
        }),
      );
      return left.flat();
    });
  } finally {
    await admin.disconnect();
  }
}
