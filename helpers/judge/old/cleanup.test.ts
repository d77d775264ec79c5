import { describe, expect, test } from 'vitest';
import type { ClaimState, NamespaceState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import { ago, migration, seen, topic, unseen, workload } from '../testing/samples.ts';
import { judgeDataKept, judgeDataSafe, judgeNamespacesGone, judgeNoOrphans, type Leftovers } from './cleanup.ts';

const withOld = (change: Partial<Migration['old']>): Migration => ({
  ...migration,
  old: { ...migration.old, ...change },
});
const confirmed = withOld({ deleteData: [{ namespace: 'heatpump-mqtt', reason: 'exported to the NAS' }] });

describe('P8.namespaces-gone', () => {
  const gone = (name: string, change: Partial<NamespaceState> = {}): NamespaceState => ({
    name,
    exists: false,
    finalizers: [],
    remaining: [],
    ...change,
  });
  const all = (change: Partial<NamespaceState> = {}) =>
    seen(...migration.old.namespaces.map((name, index) => gone(name, index === 0 ? change : {})));

  test('all gone passes, and the data’s namespace is not asked for', () => {
    const observed = { ...all(), seen: [...all().seen, gone('heatpump-mqtt', { exists: true })] };
    expect(judgeNamespacesGone(observed, migration)).toMatchObject({ kind: 'pass', summary: '4 old namespaces gone' });
    expect(judgeNamespacesGone(observed, confirmed).kind, 'its deletion was decided').toBe('fail');
  });

  test('one that is there fails', () => {
    expect(judgeNamespacesGone(all({ exists: true }), migration)).toMatchObject({ kind: 'fail' });
  });

  test('one that is Terminating is named with its finalizers and what remains', () => {
    const held = { exists: true, terminatingSince: ago(600), finalizers: ['kubernetes'], remaining: ['pods has 1'] };
    const verdict = judgeNamespacesGone(all(held), migration);
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(600) });
    expect(verdict.observed).toBe('namespace mqtt-input: is Terminating: its finalizers: kubernetes; pods has 1');
  });

  test('one that was not seen is inconclusive', () => {
    const observed = { seen: all().seen.slice(1), unseen: unseen('namespace mqtt-input').unseen };
    expect(judgeNamespacesGone(observed, migration).kind).toBe('inconclusive');
    expect(judgeNamespacesGone(seen(), migration).kind).toBe('inconclusive');
  });
});

const claim = (change: Partial<ClaimState> = {}): ClaimState => ({
  namespace: 'heatpump-mqtt',
  name: 'data-timescaledb-0',
  phase: 'Bound',
  volume: 'pv-1',
  reclaimPolicy: 'Retain',
  mountedBy: [],
  ...change,
});

describe('P8.data-kept', () => {
  const database = workload({ kind: 'StatefulSet', namespace: 'heatpump-mqtt', name: 'timescaledb' });
  const judge = (workloads = seen(database), claims = seen(claim()), of = migration) =>
    judgeDataKept({ workloads, claims }, of);

  test('database and volume there pass', () => expect(judge().kind).toBe('pass'));

  test.each([
    ['the database is gone', judge(seen({ ...database, exists: false }))],
    ['its claim is lost', judge(undefined, seen(claim({ phase: 'Lost' })))],
    ['there is no claim', judge(undefined, seen())],
  ])('%s: fails', (_, verdict) => expect(verdict.kind).toBe('fail'));

  test('claims that were not seen are inconclusive, and others’ that were not are no matter', () => {
    expect(judge(undefined, unseen('claims of heatpump-mqtt')).kind).toBe('inconclusive');
    const others = { seen: [claim()], unseen: unseen('claims of mqtt-input').unseen };
    expect(judge(undefined, others).kind).toBe('pass');
  });

  test('does not apply where the deletion of all of it was confirmed', () => {
    const words = 'the deletion of heatpump-mqtt is confirmed: exported to the NAS';
    expect(judge(seen(), seen(), confirmed)).toMatchObject({ kind: 'not-applicable', summary: words });
  });
});

describe('P8.data-safe', () => {
  test.each<[string, Partial<ClaimState>, string]>([
    ['Retain passes', {}, 'pass'],
    ['Delete fails', { reclaimPolicy: 'Delete' }, 'fail'],
  ])('%s', (_, change, kind) => expect(judgeDataSafe(seen(claim(change)), migration).kind).toBe(kind));

  test('a policy or claims that were not seen, and no claim, are inconclusive', () => {
    const { reclaimPolicy: _, ...unknown } = claim();
    expect(judgeDataSafe(seen(unknown), migration).kind).toBe('inconclusive');
    expect(judgeDataSafe(unseen('claims of heatpump-mqtt'), migration).kind).toBe('inconclusive');
    expect(judgeDataSafe(seen(), migration).kind).toBe('inconclusive');
  });

  test('does not apply where nothing is to be kept', () => {
    expect(judgeDataSafe(seen(claim({ reclaimPolicy: 'Delete' })), confirmed).kind).toBe('not-applicable');
  });
});

describe('P8.no-orphans', () => {
  const nothing: Leftovers = {
    volumes: seen(),
    topics: seen(topic('heatpump-telemetry', { exists: false })),
    groups: seen(),
    secrets: seen(),
    bindings: seen(),
    mentions: seen(),
  };
  const judge = (change: Partial<Leftovers> = {}, of = withOld({ kept: [] })) =>
    judgeNoOrphans({ ...nothing, ...change }, of);
  const orphans: [string, Partial<Leftovers>, RegExp][] = [
    [
      'a released volume',
      {
        volumes: seen({
          name: 'pv-9',
          phase: 'Released',
          reclaimPolicy: 'Retain',
          claim: { namespace: 'redpanda-sink', name: 'data' },
        }),
      },
      /^volume pv-9: Released, .* of claim redpanda-sink\/data/,
    ],
    ['an old topic', { topics: seen(topic('heatpump-telemetry')) }, /^topic heatpump-telemetry: is there/],
    [
      'an old group',
      { groups: seen({ group: 'redpanda-sink', state: 'Empty', committed: ['heatpump-telemetry'], members: [] }) },
      /^group redpanda-sink: is there, Empty/,
    ],
    [
      'a Secret',
      { secrets: seen({ kind: 'Secret', namespace: 'monitoring', name: 'old-db', exists: true }) },
      /^Secret monitoring\/old-db/,
    ],
    ['a binding', { bindings: seen({ name: 'old', namespaces: ['mqtt-input'] }) }, /^ClusterRoleBinding old: grants/],
    [
      'an Ingress',
      {
        mentions: seen({
          kind: 'Ingress',
          namespace: 'web',
          name: 'api',
          where: 'backend',
          names: 'Service redpanda-sink/redpanda-sink',
        }),
      },
      /^Ingress web\/api: leads to Service/,
    ],
  ];

  test('nothing left passes', () => expect(judge().summary).toBe('nothing of the old system is left'));

  test.each(orphans)('%s fails', (_, left, words) => {
    const verdict = judge(left);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });

  test('what may stay is said, and passes', () => {
    const kept = withOld({ kept: [{ match: 'volume pv-*', reason: 'looked at once more in spring' }] });
    const verdict = judge(orphans[0]?.[1], kept);
    expect(verdict).toMatchObject({
      kind: 'pass',
      summary: 'nothing of the old system is left but 1 thing that may stay',
    });
    expect(verdict.findings[0]?.observed).toContain('stays: looked at once more in spring');
  });

  test('what belongs to others is no orphan', () => {
    const volume = {
      name: 'pv-1',
      phase: 'Bound',
      reclaimPolicy: 'Retain',
      claim: { namespace: 'heatpump-mqtt', name: 'd' },
    };
    expect(judge({ volumes: seen(volume), bindings: seen({ name: 'new', namespaces: ['timescaledb'] }) }).kind).toBe(
      'pass',
    );
  });

  test.each(['volumes', 'topics', 'groups', 'secrets', 'bindings', 'mentions'] as const)(
    '%s that were not seen are inconclusive',
    (part) => expect(judge({ [part]: unseen(part) }).kind).toBe('inconclusive'),
  );
});
