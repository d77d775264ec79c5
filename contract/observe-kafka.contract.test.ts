import kafkajs, { type Admin, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeGroup } from '../helpers/broker/group.ts';
import { readNewest } from '../helpers/broker/records.ts';
import { registerSnappy } from '../helpers/broker/snappy.ts';
import { observeTopic, offsetsAt, recordsBetween } from '../helpers/broker/topic.ts';
import { observeTopicSpan } from '../helpers/broker/topic-span.ts';
import { createTopics } from '../replica/cluster/create-topics.ts';
import { kafkaSubjects } from './kafka-subjects.ts';
import { randomName } from './random-name.ts';
import { contract } from './suite.ts';

const { CompressionTypes, Partitioners } = kafkajs;

contract('Observing Kafka', kafkaSubjects, (system) => {
  let admin: Admin;
  let producer: Producer;
  const topics: string[] = [];

  beforeAll(async () => {
    registerSnappy();
    admin = system().kafka.admin();
    producer = system().kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await Promise.all([admin.connect(), producer.connect()]);
  });
  afterAll(async () => {
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });

  async function newTopic(numPartitions = 1): Promise<string> {
    const topic = randomName();
    // A broker deletes what is older than its week, at a moment of its own.
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    await createTopics(admin, [{ topic, numPartitions, configEntries }]);
    topics.push(topic);
    return topic;
  }

  /** Records of a JSON object each, or of the text given, stamped with the times given. */
  async function send(
    topic: string,
    records: readonly { at: number; partition?: number; value?: string }[],
  ): Promise<void> {
    const messages = records.map(({ at, partition = 0, value }, index) => ({
      partition,
      timestamp: String(at),
      value: value ?? JSON.stringify({ index }),
    }));
    await producer.send({ topic, messages, compression: CompressionTypes.Snappy });
  }

  describe('a span of a topic', () => {
    const noon = Date.UTC(2026, 10, 20, 12);
    const span = (from: number, to: number) => ({ from: new Date(noon + from * 1000), to: new Date(noon + to * 1000) });

    test('has the records from its start up to, and without, its end', async () => {
      const topic = await newTopic(2);
      await send(
        topic,
        [-10, 0, 10, 20].map((second) => ({ at: noon + second * 1000 })),
      );
      const state = await observeTopicSpan(admin, topic, span(0, 20));
      expect(state).toMatchObject({ topic, exists: true, reachesBack: true, from: new Date(noon).toISOString() });
      expect(state.partitions).toEqual([
        { partition: 0, lowOffset: 0, fromOffset: 1, toOffset: 3 },
        { partition: 1, lowOffset: 0, fromOffset: 0, toOffset: 0 },
      ]);
    });

    test('between two records has none, and may end after the last', async () => {
      const topic = await newTopic();
      await send(
        topic,
        [0, 100].map((second) => ({ at: noon + second * 1000 })),
      );
      expect((await observeTopicSpan(admin, topic, span(1, 99))).partitions).toMatchObject([
        { fromOffset: 1, toOffset: 1 },
      ]);
      expect((await observeTopicSpan(admin, topic, span(99, 500))).partitions).toMatchObject([
        { fromOffset: 1, toOffset: 2 },
      ]);
    });

    test('that begins before the oldest record that was not deleted does not reach back', async () => {
      const topic = await newTopic();
      await send(
        topic,
        [0, 10, 20].map((second) => ({ at: noon + second * 1000 })),
      );
      await admin.fetchTopicOffsets(topic); // kafkajs deletes only from topics that it knows of
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] });
      expect((await observeTopicSpan(admin, topic, span(5, 15))).reachesBack).toBe(false);
      expect((await observeTopicSpan(admin, topic, span(15, 25))).reachesBack).toBe(true);
    });

    test('of a topic that does not exist names what was found instead', async () => {
      const topic = await newTopic();
      const state = await observeTopicSpan(admin, `${topic}x`, span(0, 20));
      expect(state).toMatchObject({ exists: false, reachesBack: false, partitions: [] });
      expect(state.foundInstead).toContain(topic);
    });
  });

  describe('a topic', () => {
    test('that does not exist is named with what was found instead, and is not created by asking', async () => {
      const topic = await newTopic();
      const state = await observeTopic(admin, `${topic}x`);
      expect(state).toMatchObject({ exists: false, partitions: [] });
      expect(state.foundInstead).toContain(topic);
      expect(await admin.listTopics()).not.toContain(`${topic}x`);
    });

    test('without a record has no newest one', async () => {
      const state = await observeTopic(admin, await newTopic(2));
      expect(state.partitions).toEqual([
        { partition: 0, lowOffset: 0, highOffset: 0 },
        { partition: 1, lowOffset: 0, highOffset: 0 },
      ]);
      expect(state).not.toHaveProperty('newestAt');
    });

    test.each([
      ['a second old', -1_000],
      ['eight days old', -8 * 86_400_000],
      ['ten minutes ahead of its time', 600_000],
    ])('has its newest record %s, to the millisecond', async (_, difference) => {
      const topic = await newTopic();
      const at = Date.now() + difference;
      await send(topic, [{ at: at - 5_000 }, { at }, { at: at - 1 }]);
      const state = await observeTopic(admin, topic);
      expect(state.newestAt).toBe(new Date(at).toISOString());
      expect(state.newestAgeSeconds).toBeCloseTo(-difference / 1000, -1);
    });

    test('has the newest of all its partitions', async () => {
      const topic = await newTopic(3);
      const at = Date.now() - 60_000;
      await send(topic, [
        { at: at - 9_000, partition: 0 },
        { at, partition: 2 },
        { at: at - 3_000, partition: 2 },
      ]);
      expect(await observeTopic(admin, topic)).toMatchObject({
        newestAt: new Date(at).toISOString(),
        partitions: [{ highOffset: 1 }, { highOffset: 0 }, { highOffset: 2 }],
      });
    });

    test('counts the records of a time by its offsets', async () => {
      const topic = await newTopic(2);
      const start = Date.now() - 3_600_000;
      await send(
        topic,
        Array.from({ length: 60 }, (_, minute) => ({ at: start + minute * 60_000, partition: minute % 2 })),
      );
      const minute = (count: number) => new Date(start + count * 60_000);
      expect(await recordsBetween(admin, topic, minute(10), minute(20))).toBe(10);
      expect(await recordsBetween(admin, topic, minute(0), minute(60))).toBe(60);
      expect(await recordsBetween(admin, topic, minute(60), minute(90))).toBe(0);
      expect([...(await offsetsAt(admin, topic, minute(10)))].sort()).toEqual([
        [0, 5],
        [1, 5],
      ]);
    });
  });

  describe('a group', () => {
    test('that does not exist is Dead, and has committed nothing rather than a lag of 0', async () => {
      const topic = await newTopic();
      await send(topic, [{ at: Date.now() }]);
      expect(await observeGroup(admin, randomName(), [topic])).toMatchObject({
        state: 'Dead',
        members: [],
        partitions: [{ topic, partition: 0, highOffset: 1 }],
      });
      const { partitions } = await observeGroup(admin, randomName(), [topic]);
      expect(partitions[0]).not.toHaveProperty('lagRecords');
    });

    test('has members, offsets and lag while it consumes, and keeps its offsets when they leave', {
      timeout: 20_000,
    }, async () => {
      const topic = await newTopic(2);
      const groupId = randomName();
      await send(topic, [{ at: Date.now() }, { at: Date.now() }, { at: Date.now(), partition: 1 }]);
      // A broker waits some seconds for more members before a new group starts.
      const consumer = system().kafka.consumer({ groupId });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const { promise: consumed, resolve } = Promise.withResolvers<void>();
      const seen = new Set<number>();
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          if (partition === 0) seen.add(Number(message.offset));
          if (seen.size === 2) resolve();
        },
      });
      await consumed;
      await consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]);

      const running = await observeGroup(admin, groupId, [topic]);
      expect(running).toMatchObject({
        state: 'Stable',
        partitions: [
          { partition: 0, committedOffset: 1, lagRecords: 1 },
          { partition: 1, highOffset: 1 },
        ],
      });
      expect(running.members).toHaveLength(1);
      expect(running.partitions[1]).not.toHaveProperty('committedOffset');

      await consumer.disconnect();
      const left = await observeGroup(admin, groupId, [topic]);
      expect(left).toMatchObject({
        state: 'Empty',
        members: [],
        partitions: [{ committedOffset: 1, lagRecords: 1 }, {}],
      });
      await admin.deleteGroups([groupId]);
    });

    test('has no partition of a topic that does not exist', async () => {
      const { partitions } = await observeGroup(admin, randomName(), [randomName()]);
      expect(partitions).toEqual([]);
    });
  });

  describe('the newest records', () => {
    test('are read by partition, oldest first, whatever they hold', async () => {
      const topic = await newTopic(2);
      const at = Date.now() - 1_000;
      await send(topic, [
        { at, value: '{"index":0}' },
        { at: at + 1, value: 'no JSON' },
        { at: at + 2, value: '{"index":2}' },
        { at: at + 3, partition: 1, value: '[]' },
      ]);
      const records = await readNewest(system().kafka, topic, 2);
      expect(records).toEqual([
        { topic, partition: 0, offset: 1, at: new Date(at + 1).toISOString(), parseError: 'no JSON, 7 bytes' },
        { topic, partition: 0, offset: 2, at: new Date(at + 2).toISOString(), value: { index: 2 } },
        { topic, partition: 1, offset: 0, at: new Date(at + 3).toISOString(), parseError: 'JSON, but no object' },
      ]);
    });

    test('of many batches are all read, and those of an empty topic are none', async () => {
      const topic = await newTopic();
      for (let batch = 0; batch < 5; batch++) {
        await send(
          topic,
          Array.from({ length: 20 }, (_, index) => ({ at: Date.now(), value: JSON.stringify({ batch, index }) })),
        );
      }
      const records = await readNewest(system().kafka, topic, 50);
      expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 50 }, (_, index) => 50 + index));
      expect(await readNewest(system().kafka, await newTopic(), 50)).toEqual([]);
    });

    test('leave no group behind', async () => {
      const topic = await newTopic();
      await send(topic, [{ at: Date.now() }]);
      const before = await admin.listGroups();
      await readNewest(system().kafka, topic, 1);
      expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).toEqual(
        before.groups.map(({ groupId }) => groupId),
      );
    });
  });
});
