import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import kafkajs, { type Admin, type Consumer, type Kafka, type RecordMetadata } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTopics } from '../replica/cluster/create-topics.ts';
import { writeBatch } from '../replica/embedded/kafka/records/batch.ts';
import { snappyCompress, snappyDecompress } from '../replica/embedded/kafka/records/snappy.ts';
import { KafkaClient } from '../replica/embedded/kafka/wire/client.ts';
import { apiVersions, metadata } from '../replica/embedded/kafka/wire/cluster-apis.ts';
import { errors } from '../replica/embedded/kafka/wire/errors.ts';
import {
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  syncGroup,
} from '../replica/embedded/kafka/wire/group-apis.ts';
import { fetch, listOffsets, produce } from '../replica/embedded/kafka/wire/record-apis.ts';
import { kafkaProtocolSubjects } from './kafka-subjects.ts';
import { contract } from './suite.ts';

const { CompressionCodecs, CompressionTypes, logLevel, Partitioners } = kafkajs;
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async (encoder: { buffer: Buffer }) => snappyCompress(encoder.buffer),
  decompress: async (bytes: Buffer) => snappyDecompress(bytes),
});

const unique = (name: string) => `contract-${name}-${randomBytes(4).toString('hex')}`;

contract('the Kafka protocol', kafkaProtocolSubjects, (subject) => {
  let kafka: Kafka;
  let admin: Admin;
  const clients: KafkaClient[] = [];
  const topics: string[] = [];

  beforeAll(async () => {
    kafka = new kafkajs.Kafka({ brokers: [...subject().brokers], clientId: 'contract', logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(async () => {
    await admin.deleteTopics({ topics });
    await admin.disconnect();
  });

  /** A connection of its own, without kafkajs's retries, to see error codes. */
  function wire(): KafkaClient {
    const [host = '', port] = subject().brokers[0]?.split(':') ?? [];
    const client = new KafkaClient(connect(Number(port), host), { clientId: 'contract', timeoutMs: 10_000 });
    clients.push(client);
    return client;
  }

  async function newTopic(partitions = 1): Promise<string> {
    const topic = unique('topic');
    topics.push(topic);
    await createTopics(admin, [{ topic, numPartitions: partitions }]);
    return topic;
  }

  async function send(
    topic: string,
    batches: readonly (readonly {
      value: string;
      timestamp?: string;
      key?: string;
      headers?: Record<string, string>;
    }[])[],
    compressed = true,
  ): Promise<RecordMetadata[]> {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const sent: RecordMetadata[] = [];
    for (const messages of batches) {
      const compression = compressed ? CompressionTypes.Snappy : CompressionTypes.None;
      sent.push(
        ...(await producer.send({
          topic,
          compression,
          messages: messages.map((message) => ({ partition: 0, ...message })),
        })),
      );
    }
    await producer.disconnect();
    return sent;
  }

  describe('topics', () => {
    test('are made once, listed, and gone when deleted', async () => {
      const topic = unique('made');
      await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
      expect(await admin.listTopics()).toContain(topic);
      expect(await admin.createTopics({ topics: [{ topic }] })).toBe(false);
      const described = await admin.fetchTopicMetadata({ topics: [topic] });
      expect(described.topics[0]?.partitions.map((partition) => partition.partitionId).sort()).toEqual([0, 1]);
      await admin.deleteTopics({ topics: [topic] });
      // A broker learns of it from its controller, a moment after the client does.
      await expect.poll(() => admin.listTopics(), { timeout: 10_000 }).not.toContain(topic);
    });

    test('are not made by asking for them', async () => {
      const name = unique('missing');
      const answer = await wire().request(metadata, {
        topics: [{ name }],
        allowAutoTopicCreation: false,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      });
      expect(answer.topics[0]?.errorCode).toBe(errors.unknownTopicOrPartition);
    });

    test.each([
      ['a name that is none', { topic: 'no spaces', numPartitions: 1 }, 'INVALID_TOPIC_EXCEPTION'],
      ['no partitions', { topic: unique('none'), numPartitions: 0 }, 'INVALID_PARTITIONS'],
      [
        'more replicas than brokers',
        { topic: unique('many'), numPartitions: 1, replicationFactor: 3 },
        'INVALID_REPLICATION_FACTOR',
      ],
    ])('are refused with %s', async (_what, topic, type) => {
      const refused = await admin.createTopics({ topics: [topic] }).catch((error: unknown) => error);
      expect((refused as { errors: { type: string }[] }).errors[0]?.type).toBe(type);
    });

    test('show their settings', async () => {
      const topic = unique('configured');
      topics.push(topic);
      await admin.createTopics({ topics: [{ topic, configEntries: [{ name: 'retention.ms', value: '3600000' }] }] });
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: topic, configNames: ['retention.ms', 'cleanup.policy'] }],
      });
      const values = Object.fromEntries(
        resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]) ?? [],
      );
      expect(values).toEqual({ 'retention.ms': '3600000', 'cleanup.policy': 'delete' });
    });
  });

  describe('offsets by time', () => {
    test.each([true, false])('are those of the first record at or after it, snappy %s', async (compressed) => {
      const topic = await newTopic();
      const origin = Date.now() - 3_600_000;
      // Out of order within a batch and between batches, as late records are.
      const times = [[0], [10, 40, 20], [15], [100, 90], [60, 120, 120]];
      await send(
        topic,
        times.map((batch) => batch.map((at) => ({ value: String(at), timestamp: String(origin + at) }))),
        compressed,
      );
      const all = times.flat();
      for (let at = -5; at <= 125; at += 5) {
        const first = all.findIndex((time) => time >= at);
        const [found] = await admin.fetchTopicOffsetsByTimestamp(topic, origin + at);
        expect({ at, offset: found?.offset }).toEqual({ at, offset: String(first < 0 ? all.length : first) });
      }
    });

    test('carry the time of the record found, and -1 for what has not come yet', async () => {
      const topic = await newTopic();
      const at = Date.now() - 60_000;
      await send(topic, [
        [
          { value: 'a', timestamp: String(at) },
          { value: 'b', timestamp: String(at + 500) },
        ],
      ]);
      const ask = async (timestamp: number) => {
        const answer = await wire().request(listOffsets, {
          replicaId: -1,
          isolationLevel: 0,
          topics: [{ name: topic, partitions: [{ partition: 0, currentLeaderEpoch: -1, timestamp }] }],
        });
        const { errorCode, offset, timestamp: found } = answer.topics[0]?.partitions[0] ?? {};
        return { errorCode, offset, found };
      };
      expect(await ask(at + 1)).toEqual({ errorCode: 0, offset: 1, found: at + 500 });
      expect(await ask(at + 501)).toEqual({ errorCode: 0, offset: -1, found: -1 });
      expect(await ask(-1)).toEqual({ errorCode: 0, offset: 2, found: -1 });
      expect(await ask(-2)).toEqual({ errorCode: 0, offset: 0, found: -1 });
      expect(await ask(-3)).toMatchObject({ errorCode: errors.unsupportedVersion });
    });

    test('of an empty topic are its end', async () => {
      const topic = await newTopic();
      expect(await admin.fetchTopicOffsets(topic)).toEqual([{ partition: 0, offset: '0', high: '0', low: '0' }]);
      expect(await admin.fetchTopicOffsetsByTimestamp(topic, 1)).toEqual([{ partition: 0, offset: '0' }]);
    });

    test('of a topic that is not there are an error', async () => {
      const answer = await wire().request(listOffsets, {
        replicaId: -1,
        isolationLevel: 0,
        topics: [{ name: unique('missing'), partitions: [{ partition: 0, currentLeaderEpoch: -1, timestamp: -1 }] }],
      });
      expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(errors.unknownTopicOrPartition);
    });
  });

  describe('records', () => {
    const produceTo = (client: KafkaClient, topic: string, records: Buffer) =>
      client.request(produce, {
        transactionalId: null,
        acks: -1,
        timeoutMs: 5_000,
        topics: [{ name: topic, partitions: [{ partition: 0, records }] }],
      });
    const fetchFrom = (client: KafkaClient, topic: string, fetchOffset: number, maxWaitMs: number) =>
      client.request(
        fetch,
        {
          replicaId: -1,
          maxWaitMs,
          minBytes: 1,
          maxBytes: 1_000_000,
          isolationLevel: 0,
          sessionId: 0,
          sessionEpoch: -1,
          topics: [
            {
              name: topic,
              partitions: [
                {
                  partition: 0,
                  currentLeaderEpoch: -1,
                  fetchOffset,
                  lastFetchedEpoch: -1,
                  logStartOffset: -1,
                  partitionMaxBytes: 1_000_000,
                },
              ],
            },
          ],
          forgottenTopics: [],
          rackId: '',
        },
        11,
      );
    const now = Date.now();
    const batch = writeBatch(0, [
      { timestampMs: now, value: Buffer.from('one') },
      { timestampMs: now, value: Buffer.from('two') },
    ]);

    test('are kept byte for byte but for their place in the log', async () => {
      const topic = await newTopic();
      const client = wire();
      for (const baseOffset of [0, 2]) {
        const answer = await produceTo(client, topic, batch);
        expect(answer.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, baseOffset });
      }
      const fetched = await fetchFrom(client, topic, 2, 1_000);
      const partition = fetched.topics[0]?.partitions[0];
      expect(partition).toMatchObject({ errorCode: 0, highWatermark: 4 });
      expect(partition?.records.subarray(16).equals(batch.subarray(16))).toBe(true);
      expect(partition?.records.readBigInt64BE(0)).toBe(2n);
    });

    test('that were damaged on the way are refused', async () => {
      const topic = await newTopic();
      const damaged = Buffer.from(batch);
      damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
      const answer = await produceTo(wire(), topic, damaged);
      expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(errors.corruptMessage);
    });

    test('for a topic that is not there are refused', async () => {
      const answer = await produceTo(wire(), unique('missing'), batch);
      expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(errors.unknownTopicOrPartition);
    });

    test('beyond the end are an error, at the end an empty answer after the wait', async () => {
      const topic = await newTopic();
      const client = wire();
      await produceTo(client, topic, batch);
      expect((await fetchFrom(client, topic, 3, 5_000)).topics[0]?.partitions[0]?.errorCode).toBe(
        errors.offsetOutOfRange,
      );
      const before = performance.now();
      const empty = await fetchFrom(client, topic, 2, 300);
      expect(performance.now() - before).toBeGreaterThanOrEqual(290);
      expect(empty.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 2 });
      expect(empty.topics[0]?.partitions[0]?.records.length).toBe(0);
    });

    test('wake a consumer that waits for them', async () => {
      const topic = await newTopic();
      const before = performance.now();
      const waiting = fetchFrom(wire(), topic, 0, 9_000);
      await produceTo(wire(), topic, batch);
      expect((await waiting).topics[0]?.partitions[0]?.highWatermark).toBe(2);
      expect(performance.now() - before).toBeLessThan(5_000);
    });
  });

  describe('groups', () => {
    const consumers: Consumer[] = [];

    afterEach(async () => {
      for (const consumer of consumers.splice(0)) await consumer.disconnect();
    });

    function consumer(groupId: string): Consumer {
      const made = kafka.consumer({
        groupId,
        sessionTimeout: 10_000,
        heartbeatInterval: 200,
        maxWaitTimeInMs: 100,
        rebalanceTimeout: 5_000,
      });
      consumers.push(made);
      return made;
    }

    /** Resolves with the member's partitions when it has been given some. */
    function assigned(member: Consumer, wanted: (partitions: number) => boolean): Promise<void> {
      return new Promise((resolve) => {
        member.on(member.events.GROUP_JOIN, ({ payload }) => {
          if (wanted(Object.values(payload.memberAssignment).flat().length)) resolve();
        });
      });
    }

    test('that do not exist are Dead, without offsets and without an error', async () => {
      const groupId = unique('group');
      const topic = await newTopic();
      const { groups } = await admin.describeGroups([groupId]);
      expect(groups[0]).toMatchObject({ errorCode: 0, state: 'Dead', members: [] });
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
      expect(offsets?.partitions).toMatchObject([{ partition: 0, offset: '-1' }]);
    });

    test('read what was produced, keys, times and headers included, and keep their place', async () => {
      const topic = await newTopic();
      const groupId = unique('group');
      const timestamp = String(Date.now() - 5_000);
      await send(topic, [[{ key: 'k', value: 'first', timestamp, headers: { h: 'x' } }], [{ value: 'second' }]]);
      const reader = consumer(groupId);
      await reader.subscribe({ topics: [topic], fromBeginning: true });
      const seen: string[] = [];
      await new Promise<void>((resolve, reject) => {
        reader
          .run({
            eachMessage: async ({ message }) => {
              if (seen.length === 0) {
                expect(message.timestamp).toBe(timestamp);
                expect(message.key?.toString()).toBe('k');
                expect(message.headers?.h?.toString()).toBe('x');
              }
              seen.push(`${message.offset} ${message.value}`);
              if (seen.length === 2) resolve();
            },
          })
          .catch(reject);
      });
      expect(seen).toEqual(['0 first', '1 second']);
      const { groups } = await admin.describeGroups([groupId]);
      expect(groups[0]).toMatchObject({ state: 'Stable', protocolType: 'consumer' });
      expect(groups[0]?.members.map((member) => member.clientId)).toEqual(['contract']);
      await reader.disconnect();
      consumers.length = 0;
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
      expect(offsets?.partitions).toMatchObject([{ partition: 0, offset: '2' }]);
      const after = await admin.describeGroups([groupId]);
      expect(after.groups[0]).toMatchObject({ state: 'Empty', members: [] });
      expect((await admin.listGroups()).groups.map((group) => group.groupId)).toContain(groupId);
      await admin.deleteGroups([groupId]);
      expect((await admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId);
    });

    test('share their partitions, and hand them on when a member leaves', async () => {
      const topic = await newTopic(2);
      const groupId = unique('group');
      const first = consumer(groupId);
      const second = consumer(groupId);
      for (const member of [first, second]) await member.subscribe({ topics: [topic], fromBeginning: true });
      const all = assigned(first, (partitions) => partitions === 2);
      await first.run({ eachMessage: async () => {} });
      await all;
      const halves = Promise.all([
        assigned(first, (partitions) => partitions === 1),
        assigned(second, (partitions) => partitions === 1),
      ]);
      await second.run({ eachMessage: async () => {} });
      await halves;
      expect((await admin.describeGroups([groupId])).groups[0]?.members).toHaveLength(2);
      const refused = await admin.deleteGroups([groupId]).catch((error: unknown) => error);
      expect((refused as { groups: { errorCode: number }[] }).groups[0]?.errorCode).toBe(errors.nonEmptyGroup);
      const allAgain = assigned(first, (partitions) => partitions === 2);
      await second.disconnect();
      await allAgain;
      expect((await admin.describeGroups([groupId])).groups[0]?.members).toHaveLength(1);
    });

    const join = (
      client: KafkaClient,
      groupId: string,
      memberId: string,
      options: { sessionTimeoutMs?: number; protocol?: string } = {},
    ) =>
      client.request(joinGroup, {
        groupId,
        sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
        rebalanceTimeoutMs: 10_000,
        memberId,
        groupInstanceId: null,
        protocolType: 'consumer',
        protocols: [{ name: options.protocol ?? 'range', metadata: Buffer.from('m') }],
      });
    const commit = (client: KafkaClient, groupId: string, memberId: string, generationId: number, topic: string) =>
      client.request(offsetCommit, {
        groupId,
        generationId,
        memberId,
        groupInstanceId: null,
        retentionTimeMs: -1,
        topics: [
          {
            name: topic,
            partitions: [{ partition: 0, offset: 7, leaderEpoch: -1, commitTimestamp: -1, metadata: 'note' }],
          },
        ],
      });

    test('take a member in steps and refuse what is not its turn', async () => {
      const topic = await newTopic();
      const groupId = unique('group');
      const client = wire();
      const beat = (memberId: string, generationId: number) =>
        client
          .request(heartbeat, { groupId, generationId, memberId, groupInstanceId: null })
          .then((answer) => answer.errorCode);

      expect((await join(client, groupId, '', { sessionTimeoutMs: 1_000 })).errorCode).toBe(
        errors.invalidSessionTimeout,
      );
      expect((await join(client, groupId, 'nobody')).errorCode).toBe(errors.unknownMemberId);
      const told = await join(client, groupId, '');
      expect(told.errorCode).toBe(errors.memberIdRequired);
      expect(told.memberId).toMatch(/^contract-/);
      const joined = await join(client, groupId, told.memberId);
      expect(joined).toMatchObject({
        errorCode: 0,
        leader: told.memberId,
        memberId: told.memberId,
        protocolName: 'range',
      });
      expect(joined.members).toHaveLength(1);
      const generation = joined.generationId;
      expect(
        (await commit(client, groupId, told.memberId, generation, topic)).topics[0]?.partitions[0]?.errorCode,
      ).toBe(errors.rebalanceInProgress);
      const synced = await client.request(syncGroup, {
        groupId,
        generationId: generation,
        memberId: told.memberId,
        groupInstanceId: null,
        assignments: [{ memberId: told.memberId, assignment: Buffer.from('mine') }],
      });
      expect(synced).toMatchObject({ errorCode: 0, assignment: Buffer.from('mine') });
      expect(await beat(told.memberId, generation)).toBe(0);
      expect(await beat(told.memberId, generation + 1)).toBe(errors.illegalGeneration);
      expect(await beat('nobody', generation)).toBe(errors.unknownMemberId);
      expect((await join(client, groupId, '', { protocol: 'roundrobin' })).errorCode).toBe(
        errors.inconsistentGroupProtocol,
      );
      expect(
        (await commit(client, groupId, told.memberId, generation, topic)).topics[0]?.partitions[0]?.errorCode,
      ).toBe(0);
      expect((await commit(client, groupId, 'nobody', generation, topic)).topics[0]?.partitions[0]?.errorCode).toBe(
        errors.unknownMemberId,
      );
      expect((await commit(client, groupId, '', -1, topic)).topics[0]?.partitions[0]?.errorCode).toBe(
        errors.unknownMemberId,
      );
      const left = await client.request(leaveGroup, {
        groupId,
        memberId: '',
        members: [
          { memberId: told.memberId, groupInstanceId: null },
          { memberId: 'nobody', groupInstanceId: null },
        ],
      });
      expect(left.members.map((member) => member.errorCode)).toEqual([0, errors.unknownMemberId]);
      expect((await commit(client, groupId, '', -1, topic)).topics[0]?.partitions[0]?.errorCode).toBe(0);
      const kept = await client.request(offsetFetch, { groupId, topics: null, requireStable: false });
      expect(kept.topics).toMatchObject([
        { name: topic, partitions: [{ partition: 0, offset: 7, metadata: 'note', errorCode: 0 }] },
      ]);
    });

    test('lose a member that sends no heartbeat within its session', async () => {
      const groupId = unique('group');
      const client = wire();
      const { memberId } = await join(client, groupId, '');
      const { generationId } = await join(client, groupId, memberId, { sessionTimeoutMs: 6_000 });
      await client.request(syncGroup, { groupId, generationId, memberId, groupInstanceId: null, assignments: [] });
      await expect
        .poll(async () => (await admin.describeGroups([groupId])).groups[0]?.state, { timeout: 9_000, interval: 250 })
        .toBe('Empty');
      const answer = await client.request(heartbeat, { groupId, generationId, memberId, groupInstanceId: null });
      expect(answer.errorCode).toBe(errors.unknownMemberId);
    }, 15_000);
  });

  describe('the protocol', () => {
    test('tells what it speaks, to a client from the future too', async () => {
      const client = wire();
      const known = await client.request(apiVersions, { software: 'contract', softwareVersion: '1' });
      expect(known.errorCode).toBe(0);
      for (const api of [fetch, produce, listOffsets, joinGroup, offsetFetch]) {
        const range = known.apis.find(({ key }) => key === api.key);
        expect(range?.min).toBeLessThanOrEqual(api.max);
        expect(range?.max).toBeGreaterThanOrEqual(api.max);
      }
      const future = {
        ...apiVersions,
        response: {
          ...apiVersions.response,
          read: (reader: Parameters<typeof apiVersions.response.read>[0]) =>
            apiVersions.response.read(reader, { number: 0, flexible: false }),
        },
      };
      expect((await wire().request(future, { software: 'contract', softwareVersion: '1' }, 99)).errorCode).toBe(
        errors.unsupportedVersion,
      );
    });

    test('closes the connection upon a version that it does not speak', async () => {
      await expect(
        wire().request(
          { ...metadata, flexibleFrom: Number.POSITIVE_INFINITY },
          {
            topics: [],
            allowAutoTopicCreation: false,
            includeClusterAuthorizedOperations: false,
            includeTopicAuthorizedOperations: false,
          },
          99,
        ),
      ).rejects.toThrow('closed the connection');
    });
  });
});
