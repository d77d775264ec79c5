import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectLater } from '../node/socket.ts';
import { type TestContainer, testContainer } from '../testing/container.ts';
import { redpanda, redpandaDataPath } from './program.ts';
import { readBatchHeader, writeBatch } from './records/batch.ts';
import type { TopicHistory } from './records/history.ts';
import { snappyDecompress } from './records/snappy.ts';
import { brokerState, seedTopics, setBrokerFault } from './state.ts';
import { KafkaClient } from './wire/client.ts';
import { metadata } from './wire/cluster-apis.ts';
import { crc32c } from './wire/crc32c.ts';
import { errors } from './wire/errors.ts';
import { heartbeat, joinGroup, offsetFetch, syncGroup } from './wire/group-apis.ts';
import { fetch, listOffsets, produce } from './wire/record-apis.ts';

const firstMs = Date.parse('2026-11-16T00:00:00Z');
const history: TopicHistory = {
  topic: 'homelab-energy-realtime',
  recordCount: 69_120,
  timeMs: (index) => firstMs + index * 10_000,
  record: (index) => ({
    key: Buffer.from('meter'),
    value: Buffer.from(JSON.stringify({ index, activeActualConsumption: { total: 1234 } })),
  }),
};
const { topic } = history;

describe('Redpanda in a container', () => {
  let volumes: Map<string, Map<string, unknown>>;
  let volume: Map<string, unknown>;
  let container: TestContainer;
  let ended: Promise<number>;
  const clients: KafkaClient[] = [];

  async function start(): Promise<void> {
    container = testContainer({
      volumes,
      args: ['redpanda', 'start', '--advertise-kafka-addr=internal://redpanda-v2.redpanda-v2:9092'],
    });
    ended = redpanda.run(container);
    await container.logged('Successfully started');
  }

  async function stop(): Promise<void> {
    for (const client of clients.splice(0)) client.close();
    container.stop();
    expect(await ended).toBe(0);
  }

  beforeEach(async () => {
    volume = new Map();
    volumes = new Map([[redpandaDataPath, volume]]);
    seedTopics(volume, [{ topic, history, committed: { sink: 69_000 } }]);
    await start();
  });
  afterEach(stop);

  async function connect(timeoutMs = 2_000): Promise<KafkaClient> {
    const client = new KafkaClient(await container.dial('localhost', 9092), { clientId: 'test', timeoutMs });
    clients.push(client);
    return client;
  }

  const send = (client: KafkaClient, records: Buffer, acks = -1) =>
    client.request(produce, {
      transactionalId: null,
      acks,
      timeoutMs: 1_000,
      topics: [{ name: topic, partitions: [{ partition: 0, records }] }],
    });
  const end = async (client: KafkaClient) => {
    const answer = await client.request(listOffsets, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions: [{ partition: 0, currentLeaderEpoch: -1, timestamp: -1 }] }],
    });
    return answer.topics[0]?.partitions[0]?.offset;
  };
  const batch = (value: string) => writeBatch(0, [{ timestampMs: Date.now(), value: Buffer.from(value) }]);

  test('names itself as its arguments say', async () => {
    const client = await connect();
    const { brokers } = await client.request(metadata, {
      topics: null,
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
    expect(brokers).toMatchObject([{ nodeId: 0, host: 'redpanda-v2.redpanda-v2', port: 9092 }]);
    for (const line of container.lines)
      expect(line).toMatch(/^INFO {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[shard 0:main\] /);
  });

  test('kafkajs reads the past from where its group had committed, and what came since', async () => {
    kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = () => ({
      compress: () => Promise.reject(new Error('nothing is compressed here')),
      decompress: async (bytes: Buffer) => snappyDecompress(bytes),
    });
    await send(await connect(), batch('live'));
    const kafka = new kafkajs.Kafka({
      brokers: ['redpanda-v2.redpanda-v2:9092'],
      logLevel: kafkajs.logLevel.NOTHING,
      socketFactory: ({ host, port, onConnect }) => {
        const socket = connectLater(() => container.dial(host, port));
        socket.once('connect', onConnect);
        return socket as never; // kafkajs asks for a net.Socket and uses what any Duplex has
      },
    });
    const consumer = kafka.consumer({ groupId: 'sink', maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    const seen: { offset: string; timestamp: string; value: string }[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message }) => {
            seen.push({ offset: message.offset, timestamp: message.timestamp, value: String(message.value) });
            if (String(message.value) === 'live') resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    expect(seen).toHaveLength(121);
    expect(seen[0]).toEqual({
      offset: '69000',
      timestamp: String(history.timeMs(69_000)),
      value: history.record(69_000).value.toString(),
    });
    expect(brokerState(volume).groups.get('sink')?.offsets.get(topic)?.get(0)?.offset).toBe(69_121);
  });

  test('comes back with its records, offsets and members after a restart', async () => {
    const client = await connect();
    await send(client, batch('one'));
    const member = { groupId: 'other', groupInstanceId: null };
    const join = (memberId: string) =>
      client.request(joinGroup, {
        ...member,
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 10_000,
        memberId,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      });
    const { memberId } = await join('');
    const { generationId } = await join(memberId);
    await client.request(syncGroup, { ...member, generationId, memberId, assignments: [] });
    await stop();
    await start();
    const again = await connect();
    expect(await end(again)).toBe(69_121);
    const kept = await again.request(offsetFetch, {
      groupId: 'sink',
      topics: [{ name: topic, partitions: [0] }],
      requireStable: false,
    });
    expect(kept.topics[0]?.partitions[0]?.offset).toBe(69_000);
    expect((await again.request(heartbeat, { ...member, generationId, memberId })).errorCode).toBe(errors.none);
  });

  test('paused, it accepts and does not answer until it is resumed', async () => {
    const before = await connect();
    expect(await end(before)).toBe(69_120);
    setBrokerFault(volume, 'pause');
    const asked = [end(before), end(await connect())];
    const impatient = await connect(30);
    await expect(end(impatient)).rejects.toThrow('no answer to ListOffsets from the broker within 0.03 s');
    setBrokerFault(volume, undefined);
    expect(await Promise.all(asked)).toEqual([69_120, 69_120]);
  });

  test('refusing, it closes connections, those that are open and those that come', async () => {
    const before = await connect();
    expect(await end(before)).toBe(69_120);
    setBrokerFault(volume, 'refuse');
    await expect(end(before)).rejects.toThrow();
    await expect(connect().then(end)).rejects.toThrow();
    setBrokerFault(volume, undefined);
    expect(await end(await connect())).toBe(69_120);
  });

  test('does not answer a producer that wants no answer', async () => {
    const client = await connect();
    // The next answer on the connection is that of the next request.
    const unanswered = send(client, batch('unacknowledged'), 0).catch(() => 'closed');
    await expect.poll(async () => end(await connect())).toBe(69_121);
    client.close();
    expect(await unanswered).toBe('closed');
  });

  test('stores a batch of an idempotent producer once, and refuses a gap', async () => {
    const client = await connect();
    const sent = async (sequence: number) => {
      const answer = await send(client, idempotent(batch('x'), 7, sequence));
      const { errorCode, baseOffset } = answer.topics[0]?.partitions[0] ?? {};
      return { errorCode, baseOffset };
    };
    expect(await sent(0)).toEqual({ errorCode: 0, baseOffset: 69_120 });
    expect(await sent(1)).toEqual({ errorCode: 0, baseOffset: 69_121 });
    expect(await sent(0)).toEqual({ errorCode: 0, baseOffset: 69_120 });
    expect(await sent(3)).toEqual({ errorCode: errors.outOfOrderSequenceNumber, baseOffset: -1 });
    expect(await end(client)).toBe(69_122);
  });

  test('fills an answer to the size asked for, and goes on with the next partition', async () => {
    seedTopics(volume, [{ topic: 'second', history: { ...history, topic: 'second', recordCount: 10 } }]);
    const client = await connect();
    const wanted = (name: string, maxBytes: number) => ({
      name,
      partitions: [
        {
          partition: 0,
          currentLeaderEpoch: -1,
          fetchOffset: 0,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
          partitionMaxBytes: maxBytes,
        },
      ],
    });
    const ask = (maxBytes: number) =>
      client.request(fetch, {
        replicaId: -1,
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes,
        isolationLevel: 1,
        sessionId: 0,
        sessionEpoch: -1,
        topics: [wanted(topic, 10_000), wanted('second', 10_000)],
        forgottenTopics: [],
        rackId: '',
      });
    const [first, second] = (await ask(1_000_000)).topics.map((answer) => answer.partitions[0]?.records.length ?? 0);
    expect(first).toBeGreaterThan(5_000);
    expect(first).toBeLessThanOrEqual(10_000);
    expect(second).toBeGreaterThan(0);
    const full = (await ask((first ?? 0) + 1)).topics.map((answer) => answer.partitions[0]?.records.length);
    expect(full).toEqual([first, 0]);
    const tight = (await ask(1)).topics.map((answer) => answer.partitions[0]?.records ?? Buffer.alloc(0));
    expect(readBatchHeader(tight[0] ?? Buffer.alloc(0)).baseOffset).toBe(0);
    expect(tight[1]?.length).toBe(0);
  });

  test('closes a connection that speaks something else, and says so', async () => {
    const socket = await container.dial('localhost', 9092);
    const closed = new Promise<void>((resolve) => socket.once('close', resolve));
    socket.resume().write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    await container.logged('a frame of 1195725856 bytes');
  });

  test('says its memory with what it holds', async () => {
    const idle = redpanda.memoryBytes?.(container) ?? 0;
    await send(await connect(), batch('x'.repeat(100)));
    expect(redpanda.memoryBytes?.(container)).toBeGreaterThan(idle);
  });
});

/** The batch as an idempotent producer sends it: with its id, epoch 0 and a sequence number. */
function idempotent(batch: Buffer, producerId: number, sequence: number): Buffer {
  const made = Buffer.from(batch);
  made.writeBigInt64BE(BigInt(producerId), 43);
  made.writeInt16BE(0, 51);
  made.writeInt32BE(sequence, 53);
  made.writeUInt32BE(crc32c(made.subarray(21)), 17);
  return made;
}
