import { describe, expect, test } from 'vitest';
import type { NamespaceState } from '../../cluster/observed.ts';
import type { TableState } from '../../database/observed.ts';
import { group, migration, seen, topic, unseen, workload } from '../testing/samples.ts';
import { judgeNamed, type NamedObserved } from './named.ts';

const namespace = (change: Partial<NamespaceState> = {}): NamespaceState => ({
  name: 'mqtt-input',
  exists: true,
  finalizers: [],
  remaining: [],
  ...change,
});
const judge = (change: Partial<NamedObserved> = {}) =>
  judgeNamed(
    {
      workloads: seen(workload({ namespace: 'mqtt-input', name: 'mqtt-input' })),
      namespaces: seen(namespace()),
      topics: seen(topic('heatpump-telemetry')),
      groups: seen(group('redpanda-sink', ['heatpump-telemetry'])),
      tables: seen({ table: 'heatpump' } as TableState),
      ...change,
    },
    migration,
  );

test('what exists passes', () => {
  expect(judge()).toMatchObject({ kind: 'pass', summary: '5 names exist' });
});

describe('a name of something that is not there fails:', () => {
  test.each<[string, Partial<NamedObserved>, RegExp]>([
    [
      'a workload, with what was found instead',
      {
        workloads: seen(
          workload({ namespace: 'mqtt-input', name: 'mqtt-inptu', exists: false, foundInstead: ['mqtt-input'] }),
        ),
      },
      /Deployment mqtt-input\/mqtt-inptu: does not exist.*mqtt-input/,
    ],
    ['a namespace', { namespaces: seen(namespace({ exists: false })) }, /namespace mqtt-input: does not exist/],
    ['a topic', { topics: seen(topic('x', { exists: false })) }, /topic x: does not exist/],
    [
      'a group, which a broker answers for as for a dead one',
      { groups: seen(group('g', [], { state: 'Dead' })) },
      /group g: does not exist/,
    ],
    ['a database without a table', { tables: seen() }, /database: does not exist: it has no table/],
  ])('%s', (_, change, words) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
    expect(verdict.look).toMatch(/^kubectl /);
  });
});

test('a dead group that has committed offsets is there', () => {
  expect(judge({ groups: seen(group('g', ['heatpump-telemetry'], { state: 'Dead' })) }).kind).toBe('pass');
});

test.each(['workloads', 'namespaces', 'topics', 'groups', 'tables'] as const)(
  '%s that were not seen are inconclusive, and not taken for missing',
  (part) => expect(judge({ [part]: unseen(part) }).kind).toBe('inconclusive'),
);

test('what is declared absent is said', () => {
  const absent = [{ kind: 'topic', name: 'old', reason: 'never made' }] as const;
  const of = { ...migration, old: { ...migration.old, absent: [...absent] } };
  const none: NamedObserved = {
    workloads: seen(),
    namespaces: seen(namespace()),
    topics: seen(),
    groups: seen(),
    tables: seen(),
  };
  const there = { ...none, tables: seen({ table: 'heatpump' } as TableState) };
  expect(judgeNamed(there, of).summary).toBe('2 names exist; declared absent: topic old');
});
