import { describe, expect, test } from 'vitest';
import type { Mention, TemplateState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import { migration, seen, unseen } from '../testing/samples.ts';
import { judgeUnlisted, type UnlistedObserved } from './unlisted.ts';

const template = (change: Partial<TemplateState> = {}): TemplateState => ({
  kind: 'Deployment',
  namespace: 'web',
  name: 'shop',
  uid: 'u',
  replicas: 1,
  images: ['nginx:1'],
  secrets: [],
  configMaps: [],
  claims: [],
  ...change,
});
const mention = (change: Partial<Mention> = {}): Mention => ({
  kind: 'Deployment',
  namespace: 'web',
  name: 'exporter',
  where: 'variable TOPIC',
  names: 'topic energy-realtime',
  ...change,
});
const patterns = { names: ['mqtt-input*'], images: ['*/old-bridge:*'] };
const of = { ...migration, old: { ...migration.old, patterns } };
const judge = (change: Partial<UnlistedObserved> = {}, config: Migration = of) =>
  judgeUnlisted({ templates: seen(template()), mentions: seen(), groups: seen(), pods: seen(), ...change }, config);

test('strangers and what is listed pass', () => {
  const listed = migration.old.workloads.map(({ kind, namespace, name }) => template({ kind, namespace, name }));
  expect(judge({ templates: seen(template(), ...listed) }).kind).toBe('pass');
});

const member = {
  groups: seen({
    group: 'exporter',
    state: 'Stable',
    committed: [],
    members: [{ clientId: 'c', clientHost: '/10.0.0.9', topics: ['energy-realtime'] }],
  }),
  pods: seen({
    namespace: 'web',
    pod: 'exporter-1',
    address: '10.0.0.9',
    owner: { kind: 'Deployment', name: 'exporter' },
  }),
};

describe('is found, and why:', () => {
  test.each<[string, Partial<UnlistedObserved>, string]>([
    [
      'what runs in an old namespace',
      { templates: seen(template({ namespace: 'mqtt-input' })) },
      'Deployment mqtt-input/shop: runs in the old namespace mqtt-input',
    ],
    ['what is named like it', { templates: seen(template({ name: 'mqtt-input-v3' })) }, 'is named like mqtt-input*'],
    [
      'what runs its image',
      { templates: seen(template({ images: ['me/old-bridge:2'] })) },
      'runs an image like */old-bridge:*',
    ],
    [
      'what names an old topic',
      { mentions: seen(mention()) },
      'Deployment web/exporter: variable TOPIC names topic energy-realtime',
    ],
    ['what consumes one', member, 'Deployment web/exporter: is a member of group exporter on topic energy-realtime'],
  ])('%s', (_, change, words) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(words);
  });

  test('all reasons of one workload stand in one finding', () => {
    const verdict = judge({ ...member, mentions: seen(mention(), mention()) });
    expect(verdict.findings.filter(({ verdict }) => verdict === 'fail')).toHaveLength(1);
    expect(verdict.observed.match(/names topic/g)).toHaveLength(1);
  });
});

test.each<[string, Partial<UnlistedObserved>]>([
  ['a ConfigMap runs nothing', { mentions: seen(mention({ kind: 'ConfigMap' })) }],
  [
    'who asks an old Service is a consumer',
    { mentions: seen(mention({ names: 'Service redpanda-sink/redpanda-sink' })) },
  ],
])('is not found here: %s', (_, change) => expect(judge(change).kind).toBe('pass'));

test('a declared consumer is no part of the old system', () => {
  const consumers = [{ match: 'Deployment web/exporter', becomes: 'reads the new topics' }];
  const declared = { ...of, old: { ...of.old, consumers } };
  expect(judge({ mentions: seen(mention()) }, declared).kind).toBe('pass');
});

test('what was declared absent and turns up is found', () => {
  const [first] = migration.old.workloads;
  if (first === undefined) throw new Error('no old workload');
  const { kind, namespace, name } = first;
  const absent = [{ kind, name: `${namespace}/${name}`, reason: 'never made' }];
  const declared = { ...of, old: { ...of.old, absent } };
  expect(judge({ templates: seen(template({ kind, namespace, name })) }, declared).kind).toBe('fail');
});

test.each(['templates', 'mentions', 'groups', 'pods'] as const)('%s that were not seen are inconclusive', (part) => {
  expect(judge({ [part]: unseen(part) }).kind).toBe('inconclusive');
});
