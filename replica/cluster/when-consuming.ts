import type { Migration } from '../../helpers/config/schema.ts';
import { connectKafka } from '../../helpers/target/dial/kafka.ts';
import { notYet, seen } from '../../helpers/wait.ts';
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
    await patiently('every consumer to store something new', within, patience, async () => {
      const standing: string[] = [];
      for (const { group, topic, offset } of behind) {
        const [fetched] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        if (Number(fetched?.partitions[0]?.offset ?? -1) <= offset) standing.push(`${group} of ${topic}`);
      }
      return standing.length === 0 ? seen(undefined) : notYet(`nothing new yet for ${standing.join(', ')}`);
    });
  } finally {
    await admin.disconnect();
  }
}
