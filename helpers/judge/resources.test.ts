import { expect, test } from 'vitest';
import type { ContainerMemory } from '../cluster/observed.ts';
import type { DatabaseSize } from '../database/observed.ts';
import { type EarlierUsage, judgeDisk, judgeMemory } from './resources.ts';
import { migration } from './testing/samples.ts';
import type { Sightings } from './verdict.ts';

const now = new Date('2026-11-24T03:00:00Z');
const MiB = 2 ** 20;
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const all = <T>(...seen: readonly T[]): Sightings<T> => ({ seen, unseen: [] });
const sink = (usedMiB: number, limitMiB?: number): ContainerMemory => ({
  kind: 'Deployment',
  namespace: 'timescaledb',
  workload: 'redpanda-connect',
  container: 'redpanda-connect',
  usedBytes: usedMiB * MiB,
  ...(limitMiB === undefined ? {} : { limitBytes: limitMiB * MiB }),
});
const telemetry = (sizeMiB: number, capacityMiB?: number): DatabaseSize => ({
  database: 'telemetry',
  sizeBytes: sizeMiB * MiB,
  ...(capacityMiB === undefined ? {} : { capacityBytes: capacityMiB * MiB }),
});
/** So many MiB on each of the days before, the oldest first. */
const memoryOver = (...used: readonly number[]): EarlierUsage[] =>
  used.map((usedMiB, index) => ({ at: daysAgo(used.length - index), memory: [sink(usedMiB, 128)] }));
const sizesOver = (...sizes: readonly number[]): EarlierUsage[] =>
  sizes.map((sizeMiB, index) => ({ at: daysAgo(sizes.length - index), sizes: [telemetry(sizeMiB, 1000)] }));

test.each<[string, ContainerMemory, EarlierUsage[], string]>([
  ['stands still', sink(50, 128), memoryOver(50, 50, 50, 50), 'pass'],
  ['grows so slowly that its limit is months away', sink(50, 128), memoryOver(48, 48.5, 49, 49.5), 'pass'],
  ['reaches its limit within days', sink(60, 128), memoryOver(20, 30, 40, 50), 'fail'],
  ['shrinks', sink(20, 128), memoryOver(60, 50, 40, 30), 'pass'],
  ['was seen twice only', sink(60, 128), memoryOver(50), 'inconclusive'],
  ['was never noted before', sink(60, 128), [], 'inconclusive'],
  ['is at its limit, whatever was before', sink(128, 128), [], 'fail'],
])('memory that %s', (_, used, earlier, kind) => {
  expect(judgeMemory(all(used), earlier, now, migration).kind).toBe(kind);
});

test('when the limit is reached is told, with what grows', () => {
  const { observed } = judgeMemory(all(sink(60, 128)), memoryOver(20, 30, 40, 50), now, migration);
  expect(observed).toBe(
    'timescaledb/redpanda-connect/redpanda-connect: 60 MiB of 128 MiB, +10 MiB a day over 4 days: used up in 6.8 days',
  );
});

test('what another container took says nothing of this one', () => {
  const others = memoryOver(20, 30, 40, 50).map((run) => ({
    ...run,
    memory: (run.memory ?? []).map((used) => ({ ...used, workload: 'timescaledb' })),
  }));
  expect(judgeMemory(all(sink(60, 128)), others, now, migration).kind).toBe('inconclusive');
});

test('containers without a limit have none to reach, and are no evidence that others do not', () => {
  expect(judgeMemory(all(sink(60)), [], now, migration).kind).toBe('inconclusive');
  expect(judgeMemory(all(), [], now, migration).kind).toBe('inconclusive');
});

test.each<[string, DatabaseSize, EarlierUsage[], string]>([
  ['grows as a database does', telemetry(104, 1000), sizesOver(100, 101, 102, 103), 'pass'],
  ['fills its volume within weeks', telemetry(900, 1000), sizesOver(860, 870, 880, 890), 'fail'],
  ['lies on a volume that nobody named', telemetry(104), sizesOver(100, 101, 102, 103), 'inconclusive'],
  ['was not seen before', telemetry(104, 1000), [], 'inconclusive'],
])('a database that %s', (_, size, earlier, kind) => {
  expect(judgeDisk(all(size), earlier, now, migration).kind).toBe(kind);
});

test('what could not be observed is inconclusive', () => {
  const unseen = { seen: [], unseen: [{ subject: 'memory', message: 'forbidden' }] };
  expect(judgeMemory(unseen, [], now, migration).kind).toBe('inconclusive');
  expect(judgeDisk(unseen, [], now, migration).kind).toBe('inconclusive');
});
