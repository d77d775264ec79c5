import type { Admin } from 'kafkajs';
import type { GroupPartition, GroupState } from './observed.ts';
import { observing } from './topic.ts';

export type GroupAdmin = Pick<Admin, 'listTopics' | 'describeGroups' | 'fetchOffsets' | 'fetchTopicOffsets'>;

/**
 * A consumer group: its state, members, and for each partition of `topics` what it committed and how far that is behind.
 * A group that does not exist has state Dead and committed nothing: `committedOffset` and `lagRecords` are undefined then,
 * never 0. A topic that does not exist has no partitions here. Throws `Unobservable` when the broker does not answer.
 */
export async function observeGroup(admin: GroupAdmin, group: string, topics: readonly string[]): Promise<GroupState> {
  return observing(`consumer group ${group}`, async () => {
    const [described, existing] = await Promise.all([admin.describeGroups([group]), admin.listTopics()]);
    const known = topics.filter((topic) => existing.includes(topic));
    // Committed first, then the end: what is committed in between would read as a negative lag.
    const committed = known.length === 0 ? [] : await admin.fetchOffsets({ groupId: group, topics: known });
    const partitions = await Promise.all(
      known.map(async (topic) => {
        const offsets = committed.find((answer) => answer.topic === topic)?.partitions ?? [];
        const ends = await admin.fetchTopicOffsets(topic);
        return ends.map(({ partition, high }) =>
          groupPartition(topic, partition, Number(high), offsets.find((own) => own.partition === partition)?.offset),
        );
      }),
    );
    const [description] = described.groups;
    return {
      group,
      // Brokers answer nothing, or an empty state, for a group they never heard of.
      state: description?.state || 'Dead',
      members: (description?.members ?? []).map(({ memberId, clientId, clientHost }) => ({
        memberId,
        clientId,
        clientHost,
      })),
      partitions: partitions.flat().sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition),
      observedAt: new Date().toISOString(),
    };
  });
}

/** Kafka's way to say that nothing is committed is -1. */
function groupPartition(
  topic: string,
  partition: number,
  highOffset: number,
  committed: string | undefined,
): GroupPartition {
  const offset = Number(committed ?? -1);
  return offset < 0
    ? { topic, partition, highOffset }
    : { topic, partition, highOffset, committedOffset: offset, lagRecords: highOffset - offset };
}
