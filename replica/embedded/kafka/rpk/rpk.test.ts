import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestContainer, testContainer } from '../../testing/container.ts';
import { redpanda, redpandaDataPath } from '../program.ts';
import { seedTopics } from '../state.ts';
import { rpk } from './rpk.ts';

const firstMs = Date.parse('2026-11-16T00:00:00Z');

describe('rpk beside the broker', () => {
  let container: TestContainer;
  let ended: Promise<number>;

  beforeEach(async () => {
    container = testContainer({
      args: ['redpanda', 'start', '--advertise-kafka-addr', 'internal://redpanda-v2.redpanda-v2:9092'],
    });
    seedTopics(container.volume(redpandaDataPath), [
      {
        topic: 'heat',
        history: {
          topic: 'heat',
          recordCount: 120,
          timeMs: (index) => firstMs + index * 30_000,
          record: (index) => ({ value: Buffer.from(`{"n":${index}}`) }),
        },
        committed: { sink: 100 },
      },
      { topic: 'empty', partitions: 2 },
    ]);
    ended = redpanda.run(container);
    await container.logged('Successfully started');
  });

  afterEach(async () => {
    container.stop();
    expect(await ended).toBe(0);
  });

  test("the plan's command prints the last record and ends", async () => {
    const { code, stdout } = await container.exec(rpk, [
      'topic',
      'consume',
      'heat',
      '--num=1',
      '--offset=-1',
      '--brokers=localhost:9092',
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `{\n  "topic": "heat",\n  "value": "{\\"n\\":119}",\n  "timestamp": ${firstMs + 119 * 30_000},\n  "partition": 0,\n  "offset": 119\n}\n`,
    );
  });

  test.each([
    [['-n', '2', '-o', '-2'], '118 119 '],
    [['-n', '2', '-o', 'start'], '0 1 '],
    [['-n', '2', '--offset', '-20'], '100 101 '],
    [['--offset=+3', '--num=1'], '3 '],
    [['-n1', '-o', '60'], '60 '],
    [['-o', '5:8'], '5 6 7 '],
    [['-o', '117:end'], '117 118 119 '],
    [['-n1', '-o', `@${firstMs + 15_000}`], '1 '],
  ])('consumes %j', async (flags, offsets) => {
    const { code, stdout, stderr } = await container.exec(rpk, ['topic', 'consume', 'heat', '-f', '%o ', ...flags]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: offsets, stderr: '' });
  });

  test('a topic that is not there ends with an error', async () => {
    const { code, stderr } = await container.exec(rpk, ['topic', 'consume', 'heet', '-n1']);
    expect(code).toBe(1);
    expect(stderr).toContain('UNKNOWN_TOPIC_OR_PARTITION');
  });

  test('lists and describes topics', async () => {
    expect((await container.exec(rpk, ['topic', 'list'])).stdout).toBe(
      'NAME   PARTITIONS  REPLICAS\nempty  2           1\nheat   1           1\n',
    );
    expect((await container.exec(rpk, ['topic', 'describe', 'heat', '-p'])).stdout).toBe(
      'PARTITION  LEADER  EPOCH  REPLICAS  LOG-START-OFFSET  HIGH-WATERMARK\n0          0       0      [0]       0                 120\n',
    );
    expect((await container.exec(rpk, ['topic', 'describe', 'heat'])).stdout).toContain('retention.ms');
  });

  test('describes a group with its lag', async () => {
    expect((await container.exec(rpk, ['group', 'list'])).stdout).toBe('BROKER  GROUP  STATE\n0       sink   Empty\n');
    const { stdout } = await container.exec(rpk, ['group', 'describe', 'sink']);
    expect(stdout).toMatch(/^STATE {8}Empty$/m);
    expect(stdout).toMatch(/^TOTAL-LAG {4}20$/m);
    expect(stdout).toMatch(/^heat +0 +100 +0 +120 +20$/m);
  });

  test('shows the cluster', async () => {
    expect((await container.exec(rpk, ['cluster', 'info'])).stdout).toMatch(/^0\* +redpanda-v2\.redpanda-v2 +9092$/m);
    expect((await container.exec(rpk, ['cluster', 'health'])).stdout).toMatch(/^Healthy: +true$/m);
  });

  test('says what it does not have', async () => {
    const { code, stderr } = await container.exec(rpk, ['acl', 'list']);
    expect(code).toBe(1);
    expect(stderr).toContain('unknown command "acl list"');
  });
});

test('without a broker it says so', async () => {
  const { code, stderr } = await testContainer().exec(rpk, ['topic', 'list']);
  expect(code).toBe(1);
  expect(stderr).toContain('connection refused');
});
