import type { Admin } from 'kafkajs';
import { nearNames } from '../near-names.ts';
import { unobservable } from '../target/errors.ts';
import { newestTime } from './newest.ts';
import type { TopicState } from './observed.ts';

export type TopicAdmin = Pick<Admin, 'listTopics' | 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp'>;

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>;

/**
 * A topic's offsets and its newest record's time, found by offsets by timestamp: no record is read and no group is made.
 * A topic that does not exist is plain data, with the near names that do.
 *
 * @param options.offsetSeconds what the clock of the records' stampers is ahead of this machine's (`observeApiClock`)
 * Throws `Unobservable` when the broker does not answer or does not allow it.
 */
export async function observeTopic(
  admin: TopicAdmin,
  topic: string,
  options: { readonly offsetSeconds?: number } = {},
): Promise<TopicState> {
  return observing(`the offsets of topic ${topic}`, async () => {
    const topics = await admin.listTopics();
    if (!topics.includes(topic)) {
      return {
        topic,
        exists: false,
        foundInstead: nearNames(topic, topics),
        partitions: [],
        observedAt: new Date().toISOString(),
      };
    }
    const partitions = (await admin.fetchTopicOffsets(topic))
      .map(({ partition, low, high }) => ({ partition, lowOffset: Number(low), highOffset: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
    const observedAt = new Date(Date.now() + (options.offsetSeconds ?? 0) * 1000);
    const newest = await newestRecord(admin, topic, partitions, observedAt);
    return {
      topic,
      exists: true,
      foundInstead: [],
      partitions,
      observedAt: observedAt.toISOString(),
      ...(newest === undefined
        ? {}
        : {
            newestAt: new Date(newest).toISOString(),
            newestAgeSeconds: (observedAt.getTime() - newest) / 1000,
          }),
    };
  });
}

/** Records that come while we ask lie at or above the high offset seen first, so they do not disturb the search. */
async function newestRecord(
  admin: TopicAdmin,
  topic: string,
  partitions: TopicState['partitions'],
  now: Date,
): Promise<number | undefined> {
  if (partitions.every(({ lowOffset, highOffset }) => lowOffset === highOffset)) return undefined;
  const isRecordSince = async (time: number) => {
    const offsets = await offsetsByTime(admin, topic, time);
    return partitions.some(({ partition, highOffset }) => (offsets.get(partition) ?? highOffset) < highOffset);
  };
  return newestTime(isRecordSince, now.getTime());
}

/** Each partition's first offset at or after a time; its high offset where nothing is that new. Throws as `observeTopic`. */
export async function offsetsAt(admin: TopicAdmin, topic: string, time: Date): Promise<Offsets> {
  return observing(`the offsets of topic ${topic} at ${time.toISOString()}`, () =>
    offsetsByTime(admin, topic, time.getTime()),
  );
}

/** How many records a topic got within [from, to), told by offsets alone: nothing is read. Throws as `observeTopic`. */
export async function recordsBetween(admin: TopicAdmin, topic: string, from: Date, to: Date): Promise<number> {
  // One after the other, the earlier first: a record that comes in between then cannot make a difference negative.
  const first = await offsetsAt(admin, topic, from);
  const last = await offsetsAt(admin, topic, to);
  return [...last].reduce(
    (total, [partition, offset]) => total + Math.max(0, offset - (first.get(partition) ?? offset)),
    0,
  );
}

async function offsetsByTime(admin: TopicAdmin, topic: string, time: number): Promise<Offsets> {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time);
  return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** Errors of the broker in the suite's words. */
export async function observing<T>(what: string, observe: () => Promise<T>): Promise<T> {
  try {
    return await observe();
  } catch (error) {
    throw unobservable(error, what);
  }
}
