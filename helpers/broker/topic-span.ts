import { nearNames } from '../near-names.ts';
import type { TopicSpan } from './observed.ts';
import { observing, offsetsAt, type TopicAdmin } from './topic.ts';

/**
 * What a topic got within [from, to), by offsets by timestamp: nothing is read. It reaches back when no record of that
 * time can have been deleted: each partition still holds an older one, or lost none ever.
 * Throws `Unobservable` when the broker does not answer or does not allow it.
 */
export async function observeTopicSpan(
  admin: TopicAdmin,
  topic: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<TopicSpan> {
  const place = { topic, from: from.toISOString(), to: to.toISOString() };
  return observing(`the offsets of topic ${topic}`, async () => {
    const topics = await admin.listTopics();
    if (!topics.includes(topic)) {
      return { ...place, exists: false, foundInstead: nearNames(topic, topics), reachesBack: false, partitions: [] };
    }
    // The ends last: what is deleted meanwhile then shows as a topic that does not reach back.
    const first = await offsetsAt(admin, topic, from);
    const next = await offsetsAt(admin, topic, to);
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends
      .map(({ partition, low, high }) => {
        const fromOffset = first.get(partition) ?? Number(high);
        const toOffset = Math.max(fromOffset, next.get(partition) ?? Number(high));
        return { partition, lowOffset: Number(low), fromOffset, toOffset };
      })
      .sort((a, b) => a.partition - b.partition);
    const reachesBack = partitions.every(({ lowOffset, fromOffset }) => lowOffset === 0 || lowOffset < fromOffset);
    return { ...place, exists: true, foundInstead: [], reachesBack, partitions };
  });
}
