import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StateCapture } from '../../capture/schema.ts';
import type { TemplateState } from '../../cluster/observed.ts';
import { oldGroups, oldNamespaces, oldTopics, oldWorkloads } from '../../config/old-system.ts';
import { ago, migration, noon, seen, topic, unseen } from '../testing/samples.ts';
import { type CapturedAgainst, judgeState } from './state.ts';

const { streams, settings } = migration.new;
const partitions = (highOffset: number) => [{ partition: 0, lowOffset: 0, highOffset }];
const whole = {
  kind: 'state-capture',
  at: ago(600),
  cluster: 'uid-1',
  context: 'admin@homelab',
  namespaces: oldNamespaces(migration).map((name) => ({ name, uid: name })),
  workloads: oldWorkloads(migration).map((ref) => ({ ...ref, uid: ref.namespace, replicas: 1, images: ['x:1'] })),
  kustomizations: [],
  topics: [...oldTopics(migration), ...Object.values(streams).map((each) => each.topic), settings.topic].map(
    (name) => ({
      topic: name,
      partitions: partitions(100),
    }),
  ),
  groups: [...oldGroups(migration), ...Object.values(streams).map((each) => each.group), settings.group].map(
    (group) => ({ group }),
  ),
  tables: Object.values(streams).map(({ rows }) => ({ database: rows.database, table: rows.table })),
  manifests: [],
  unseen: [],
} as unknown as StateCapture;
const templates = oldWorkloads(migration).map(
  ({ kind, namespace, name }) =>
    ({ kind, namespace, name, uid: namespace, replicas: 1, images: ['x:1'] }) as unknown as TemplateState,
);
const judge = (capture: Partial<StateCapture> | undefined, change: Partial<CapturedAgainst> = {}) =>
  judgeState(
    {
      capture: capture === undefined ? undefined : { ...whole, ...capture },
      cluster: 'uid-1',
      now: noon,
      templates: seen(...templates),
      topics: seen(),
      groups: seen(),
      tables: seen(),
      ...change,
    },
    migration,
  );

test('a whole capture of this cluster as it is passes', () => {
  expect(judge({})).toMatchObject({ kind: 'pass', summary: expect.stringContaining('5 workloads') });
});

test('no capture fails: nothing says what to put back', () => {
  expect(judge(undefined)).toMatchObject({ kind: 'fail', look: 'npm run state:capture' });
});

test('it may be as old as the limit says, and no older', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 * migration.old.captureMaxAge }), (seconds) => {
      expect(judge({ at: ago(seconds) }).kind).toBe(seconds > migration.old.captureMaxAge ? 'fail' : 'pass');
    }),
  );
});

test('a topic that ends before where it was captured was made anew', () => {
  fc.assert(
    fc.property(fc.nat(200), (highOffset) => {
      const [name = ''] = oldTopics(migration);
      const { kind } = judge({}, { topics: seen(topic(name, { partitions: partitions(highOffset) })) });
      expect(kind).toBe(highOffset < 100 ? 'fail' : 'pass');
    }),
  );
});

describe('fails where', () => {
  const [first] = whole.workloads;
  const withFirst = (change: object) => seen({ ...templates[0], ...change } as TemplateState, ...templates.slice(1));
  test.each<[string, Partial<StateCapture>, Partial<CapturedAgainst>, RegExp]>([
    ['it is of another cluster', { cluster: 'uid-2' }, {}, /of another cluster: uid-2, this is uid-1/],
    ['it lacks a workload', { workloads: whole.workloads.slice(1) }, {}, new RegExp(first?.name ?? '')],
    ['it lacks a namespace', { namespaces: [] }, {}, /namespace/],
    ['it lacks a topic', { topics: [] }, {}, /topic/],
    ['it lacks a group', { groups: [] }, {}, /group/],
    ['it lacks a table that is there now', {}, { tables: seen({ table: 'sensors' } as never) }, /old\/sensors/],
    ['a workload is gone', {}, { templates: seen(...templates.slice(1)) }, /was captured, and is gone/],
    ['it is scaled otherwise now', {}, { templates: withFirst({ replicas: 3 }) }, /1 replica.* then, 3 now/],
    ['it was made anew', {}, { templates: withFirst({ uid: 'new' }) }, /made anew since/],
    ['it runs another image', {}, { templates: withFirst({ images: ['x:2'] }) }, /x:1 then, x:2 now/],
  ])('%s', (_, capture, change, words) => {
    const verdict = judge(capture, change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });
});

test('what was not captured, or is not seen now, is inconclusive', () => {
  expect(judge({ unseen: [{ subject: 'usage of mqtt-input', message: 'forbidden' }] }).kind).toBe('inconclusive');
  expect(judge({}, { templates: { seen: [], unseen: unseen('what runs pods of mqtt-input').unseen } }).kind).toBe(
    'inconclusive',
  );
  for (const part of ['topics', 'groups', 'tables'])
    expect(judge({}, { [part]: unseen(part) }).kind, part).toBe('inconclusive');
});
