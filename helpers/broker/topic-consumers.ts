import kafkajs, { type Admin } from 'kafkajs';
import type { TopicConsumer } from './observed.ts';
import { observing } from './topic.ts';

type ConsumersAdmin = Pick<Admin, 'listGroups' | 'describeGroups' | 'listTopics' | 'fetchOffsets'>;

/**
 * Every consumer group that has to do with one of the topics: by what its members subscribed to, and by what it has
 * committed. Who reads without a group leaves no trace at the broker. Throws `Unobservable`.
 */
export async function observeTopicConsumers(
  admin: ConsumersAdmin,
  topics: readonly string[],
): Promise<TopicConsumer[]> {
  return observing('the consumer groups', async () => {
    const [{ groups }, existing] = await Promise.all([admin.listGroups(), admin.listTopics()]);
    const known = topics.filter((topic) => existing.includes(topic));
    if (groups.length === 0) return [];
    const described = await admin.describeGroups(groups.map(({ groupId }) => groupId));
    const consumers = await Promise.all(
      described.groups.map(async ({ groupId, state, members }) => {
        const committed = known.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics: known });
        return {
          group: groupId,
          state,
          committed: committed.flatMap(({ topic, partitions }) =>
            partitions.some(({ offset }) => Number(offset) >= 0) ? [topic] : [],
          ),
          members: members
            .map(({ clientId, clientHost, memberMetadata }) => ({
              clientId,
              clientHost,
              topics: subscribed(memberMetadata).filter((topic) => topics.includes(topic)),
            }))
            .filter((member) => member.topics.length > 0),
        };
      }),
    );
    return consumers.filter(({ committed, members }) => committed.length > 0 || members.length > 0);
  });
}

/** What a member subscribed to; one in the middle of joining has said nothing yet. */
function subscribed(metadata: Buffer): readonly string[] {
  if (metadata.length === 0) return [];
  return kafkajs.AssignerProtocol.MemberMetadata.decode(metadata)?.topics ?? [];
}
