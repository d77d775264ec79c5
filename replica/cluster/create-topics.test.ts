import kafkajs, { type Admin } from 'kafkajs';
import { expect, test } from 'vitest';
import { createTopics } from './create-topics.ts';

/** An admin whose broker refuses with these, one after the other, before it answers. */
function admin(refusals: Error[]) {
  const asked: unknown[] = [];
  return {
    asked,
    createTopics: async (request: unknown) => {
      asked.push(request);
      return true;
    },
    fetchTopicOffsets: async (topic: string) => {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      asked.push(topic);
      return [];
    },
  } as unknown as Admin & { asked: unknown[] };
}

function refused(type: string, retriable: boolean): Error {
  return new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 3, retriable }) as never);
}

test('waits while the broker does not know a topic yet, and while nobody leads its partitions', async () => {
  const broker = admin([refused('UNKNOWN_TOPIC_OR_PARTITION', true), refused('NOT_LEADER_FOR_PARTITION', true)]);
  const topics = [{ topic: 'energy', numPartitions: 2 }, { topic: 'heatpump' }];
  await createTopics(broker, topics);
  expect(broker.asked).toEqual([{ topics, waitForLeaders: false }, 'energy', 'heatpump']);
});

test('does not wait out what time does not mend', async () => {
  const broker = admin([refused('TOPIC_AUTHORIZATION_FAILED', false)]);
  await expect(createTopics(broker, [{ topic: 'energy' }])).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
});
