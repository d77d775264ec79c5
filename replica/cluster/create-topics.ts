import type { Admin, ITopicConfig } from 'kafkajs';
import { eventually, notYet, seen } from '../../helpers/wait.ts';

/**
 * Makes the topics, and resolves when the leader of each of their partitions answers for it: a record that is sent before
 * may be stored twice, by the attempt that is refused for one partition and the next. kafkajs's own `waitForLeaders` looks
 * at the metadata alone, which are ahead of the leader, and ends with an error while the broker has none of the topic.
 *
 * Throws what kafkajs throws, and `Unobservable('timeout')` after half a minute.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false });
  for (const { topic } of topics) {
    const look = async () => {
      try {
        await admin.fetchTopicOffsets(topic);
        return seen(undefined);
      } catch (error) {
        const { retriable, message } = error as Error & { retriable?: boolean };
        if (retriable !== true) throw error;
        return notYet(message);
      }
    };
    await eventually(look, { for: `the leaders of topic ${topic}`, within: 30, every: 0.1 });
  }
}
