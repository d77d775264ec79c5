import { expect, test } from 'vitest';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { namedDifferences, objectDifferences } from './comparable.ts';

const deployment = (change: Partial<KubeObject> = {}, metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'sink', namespace: 'timescaledb', uid: 'a', resourceVersion: '1', ...metadata },
  spec: { replicas: 1 },
  status: { readyReplicas: 1, replicas: 1, observedGeneration: 3 },
  ...change,
});

test('what is made anew with the same content is no difference', () => {
  const again = deployment(
    { status: { readyReplicas: 1, replicas: 1, observedGeneration: 9 } },
    {
      uid: 'b',
      resourceVersion: '7',
      creationTimestamp: '2026-11-24T03:40:00Z',
      annotations: { 'deployment.kubernetes.io/revision': '4' },
    },
  );
  expect(objectDifferences([deployment()], [again])).toEqual([]);
});

test('another spec, a pod that is not ready, an annotation and a finalizer are', () => {
  const changes: KubeObject[] = [
    deployment({ spec: { replicas: 0 } }),
    deployment({ status: { readyReplicas: 0, replicas: 1 } }),
    deployment({}, { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }),
    deployment({}, { finalizers: ['example.com/hold'] }),
  ];
  for (const changed of changes)
    expect(objectDifferences([deployment()], [changed])[0]).toMatch(/^Deployment timescaledb\/sink is another/);
});

test('a Kustomization that applies the same in another order is as it was, one that is not Ready is not', () => {
  const kustomization = (ids: string[], ready: string): KubeObject => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace: 'flux-system' },
    status: {
      inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) },
      conditions: [{ type: 'Ready', status: ready }],
    },
  });
  const before = [kustomization(['a', 'b'], 'True')];
  expect(objectDifferences(before, [kustomization(['b', 'a'], 'True')])).toEqual([]);
  expect(objectDifferences(before, [kustomization(['a', 'b'], 'False')])).toHaveLength(1);
  expect(objectDifferences(before, [kustomization(['a'], 'True')])).toHaveLength(1);
});

test('of a Secret it is never told what is in it', () => {
  const secret = (password: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'x' },
    data: { password },
  });
  expect(objectDifferences([secret('aHVudGVyMg==')], [secret('c2VjcmV0')])).toEqual([
    'Secret x/login is another: its content',
  ]);
});

test('what is missing and what is new is named', () => {
  expect(namedDifferences(new Map([['a', '1']]), new Map([['b', '1']]))).toEqual(['a is gone', 'b is new']);
});
