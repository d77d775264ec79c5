import { expect, test } from 'vitest';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { unsettled } from './settled.ts';

const of = (kind: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'a', namespace: 'n' },
  ...rest,
});
const ready = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
const standing = {
  objects: [
    of('Deployment', { spec: { replicas: 1 }, status: { replicas: 1, readyReplicas: 1 } }),
    of('Deployment', { spec: { replicas: 0 }, status: {} }),
    of('Kustomization', ready('True')),
    of('GitRepository', ready('False')),
    of('ConfigMap', { data: {} }),
  ],
  rowSources: { 'group sink': 'Stable, 1 member', 'group old': 'Dead, 0 members', 'telemetry: index a': 'Rebalance' },
};

test('a replica that stands still is settled, also one that does not work', () => {
  expect(unsettled(standing)).toEqual([]);
});

test.each<[KubeObject, string]>([
  [of('Kustomization', ready('Unknown')), 'Kustomization n/a reconciles'],
  [of('GitRepository', ready('Unknown')), 'GitRepository n/a reconciles'],
  [of('Deployment', { spec: { replicas: 1 }, status: { replicas: 1 } }), 'Deployment n/a has 0 of 1 ready'],
  [of('StatefulSet', { spec: {}, status: {} }), 'StatefulSet n/a has 0 of 1 ready'],
  [of('Deployment', { spec: { replicas: 0 }, status: { replicas: 1, readyReplicas: 1 } }), 'has 1 of 0 ready'],
])('%j moves', (object, words) => {
  expect(unsettled({ ...standing, objects: [object] }).join()).toContain(words);
});

test('a consumer that is about to come moves', () => {
  const rowSources = { 'group sink': 'CompletingRebalance, 1 member' };
  expect(unsettled({ ...standing, rowSources })).toEqual(['group sink is CompletingRebalance, 1 member']);
});
