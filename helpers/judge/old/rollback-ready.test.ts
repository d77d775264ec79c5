import { describe, expect, test } from 'vitest';
import type { ClaimState, NodeImages, TemplateState } from '../../cluster/observed.ts';
import { oldWorkloads } from '../../config/old-system.ts';
import { migration, seen, unseen } from '../testing/samples.ts';
import { judgeRollbackReady, type RollbackNeeds } from './rollback-ready.ts';

const image = 'redpandadata/connect:4.49.0';
const template = (change: Partial<TemplateState> = {}): TemplateState => ({
  ...(oldWorkloads(migration)[0] as { kind: 'Deployment'; namespace: string; name: string }),
  uid: 'u',
  replicas: 0,
  images: [image],
  secrets: ['mqtt-credentials'],
  configMaps: ['mqtt-input-config'],
  claims: [],
  ...change,
});
const others = oldWorkloads(migration)
  .slice(1)
  .map(({ kind, namespace, name }) => template({ kind, namespace, name, secrets: [], configMaps: [] }));
const namespace = template().namespace;
const node = (change: Partial<NodeImages> = {}): NodeImages => ({
  node: 'n1',
  images: [image],
  full: false,
  ...change,
});
const needs = [
  { kind: 'Secret' as const, namespace, name: 'mqtt-credentials', exists: true },
  { kind: 'ConfigMap' as const, namespace, name: 'mqtt-input-config', exists: true },
];
const judge = (change: Partial<RollbackNeeds> = {}) =>
  judgeRollbackReady(
    { templates: seen(template(), ...others), needs: seen(...needs), claims: seen(), images: seen(node()), ...change },
    migration,
  );
const withTemplate = (change: Partial<TemplateState>) => ({ templates: seen(template(change), ...others) });
const claim = { namespace, name: 'data', phase: 'Bound', mountedBy: [] } as ClaimState;

test('all that a rollback needs there passes', () => {
  expect(judge()).toMatchObject({
    kind: 'pass',
    summary: '5 old workloads with images, Secrets, ConfigMaps and volumes',
  });
});

describe('fails where', () => {
  test.each<[string, Partial<RollbackNeeds>, RegExp]>([
    ['a workload is gone', { templates: seen(...others) }, /mqtt-input\/mqtt-input: is gone/],
    ['its image is on no node', { images: seen(node({ images: [] })) }, /is on no node: a rollback would have to pull/],
    [
      'its Secret is gone',
      { needs: seen({ ...needs[0], exists: false } as (typeof needs)[0], needs[1] as (typeof needs)[1]) },
      /names Secret mqtt-credentials, which is gone/,
    ],
    [
      'its ConfigMap is gone',
      { needs: seen(needs[0] as (typeof needs)[0]) },
      /names ConfigMap mqtt-input-config, which is gone/,
    ],
    ['its volume is gone', withTemplate({ claims: ['data'] }), /claim data is gone, and what it held/],
    [
      'its volume is lost',
      { ...withTemplate({ claims: ['data'] }), claims: seen({ ...claim, phase: 'Lost' }) },
      /claim data is Lost/,
    ],
  ])('%s', (_, change, words) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });
});

describe('is inconclusive where', () => {
  test.each<[string, Partial<RollbackNeeds>]>([
    [
      'a node lists as many images as it can, and not this one',
      { images: seen(node({ images: ['a:1'], full: true })) },
    ],
    ['no node was seen', { images: unseen('images of the nodes') }],
    ['a Secret is not listed, so that it could not be looked for', { needs: seen(needs[1] as (typeof needs)[1]) }],
    [
      'ConfigMaps were not seen',
      { needs: { seen: [needs[0] as (typeof needs)[0]], unseen: unseen(`ConfigMaps of ${namespace}`).unseen } },
    ],
    ['claims were not seen', { ...withTemplate({ claims: ['data'] }), claims: unseen(`claims of ${namespace}`) }],
    [
      'a namespace was not seen',
      { templates: { seen: others, unseen: unseen(`what runs pods of ${namespace}`).unseen } },
    ],
  ])('%s', (_, change) => expect(judge(change).kind).toBe('inconclusive'));
});

test.each([
  ['a name without registry', 'eclipse-mosquitto:2.0', 'docker.io/library/eclipse-mosquitto:2.0', 'pass'],
  ['a name with an owner', 'redpandadata/connect:4.49.0', 'docker.io/redpandadata/connect:4.49.0', 'pass'],
  ['no tag, which is latest', 'mine.local:5000/app', 'mine.local:5000/app:latest', 'pass'],
  ['a digest, the tag aside', 'app:1@sha256:ab', 'docker.io/library/app@sha256:ab', 'pass'],
  ['another tag', 'app:1', 'docker.io/library/app:2', 'fail'],
  ['another registry', 'mine.local/app:1', 'docker.io/library/app:1', 'fail'],
])('an image is known by what the runtime calls it: %s', (_, wanted, onNode, kind) => {
  const verdict = judge({ ...withTemplate({ images: [wanted] }), images: seen(node({ images: [image, onNode] })) });
  expect(verdict.kind).toBe(kind);
});
