import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecords, type StoredRecord } from '../replica/embedded/kafka/records/batch.ts';
import { brokerState, partitionOf, seedTopics } from '../replica/embedded/kafka/state.ts';
import { type RunningBroker, startKafkaDouble } from './double/kafka.ts';
import { connectProgram } from './real/connect-program.ts';
import { hold } from './suite.ts';

const pastRecords = 700;
const committed = 100;

/**
 * The broker as a Go client meets it: the real Redpanda Connect (CONTRACT_CONNECT_PROGRAM) copies a topic with a past,
 * once by its kafka components (sarama), once by kafka_franz (franz-go, an idempotent producer).
 */
hold('Copying a topic through the replica', connectProgram(), (system) => {
  const volume = new Map<string, unknown>();
  let double: RunningBroker;
  let connect: ChildProcess;
  let folder: string;

  beforeAll(async () => {
    const firstMs = Date.now() - 1_000_000;
    seedTopics(volume, [
      {
        topic: 'in',
        history: {
          topic: 'in',
          recordCount: pastRecords,
          timeMs: (index) => firstMs + index * 1_000,
          record: (index) => ({ value: Buffer.from(JSON.stringify({ index })) }),
        },
        committed: { 'group-kafka': committed },
      },
      { topic: 'out-kafka' },
      { topic: 'out-kafka_franz' },
    ]);
    double = await startKafkaDouble(volume);
    folder = await mkdtemp(join(tmpdir(), 'connect-'));
    const [address] = double.brokers;
    const common = (component: string) => ({
      consumer_group: `group-${component}`,
      topics: ['in'],
      start_from_oldest: true,
    });
    const streams = {
      kafka: {
        input: { kafka: { addresses: [address], ...common('kafka') } },
        output: { kafka: { addresses: [address], topic: 'out-kafka', compression: 'snappy' } },
      },
      kafka_franz: {
        input: { kafka_franz: { seed_brokers: [address], commit_period: '200ms', ...common('kafka_franz') } },
        output: {
          kafka_franz: {
            seed_brokers: [address],
            topic: 'out-kafka_franz',
            compression: 'snappy',
            idempotent_write: true,
          },
        },
      },
    };
    const files = Object.entries({ ...streams, service: { http: { address: '127.0.0.1:0' } } }).map(
      async ([name, config]) => {
        const path = join(folder, `${name}.yaml`);
        await writeFile(path, JSON.stringify(config));
        return path;
      },
    );
    const [kafka = '', franz = '', service = ''] = await Promise.all(files);
    connect = spawn(system().program, ['streams', '-o', service, kafka, franz], { stdio: 'ignore' });
  });

  afterAll(async () => {
    const exit = once(connect, 'exit');
    connect.kill('SIGTERM');
    await exit;
    await double.close();
    await rm(folder, { recursive: true });
  }, 30_000);

  test.each([
    ['kafka', committed],
    ['kafka_franz', 0],
  ])(
    'by %s',
    async (component, from) => {
      const out = () => partitionOf(brokerState(volume), `out-${component}`, 0);
      const group = () => brokerState(volume).groups.get(`group-${component}`);
      await expect.poll(() => out()?.endOffset, { timeout: 20_000 }).toBe(pastRecords - from);
      await expect.poll(() => group()?.offsets.get('in')?.get(0)?.offset, { timeout: 10_000 }).toBe(pastRecords);
      expect(group()?.state).toBe('Stable');
      const records: StoredRecord[] = (out()?.read(0, Number.MAX_SAFE_INTEGER, true) ?? []).flatMap(
        (batch) => readRecords(batch) ?? [],
      );
      // Connect has many messages in flight and keeps no order between them.
      const copied = records
        .map(({ value }): number => JSON.parse(String(value)).index)
        .sort((left, right) => left - right);
      expect(copied).toEqual(Array.from({ length: pastRecords - from }, (_, index) => from + index));
    },
    40_000,
  );
});
