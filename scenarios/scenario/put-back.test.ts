import { CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectTarget } from '../../helpers/target/connect.ts';
import type { Target } from '../../helpers/target/target.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { startTestApi, type TestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { put } from '../../replica/embedded/kubernetes/testing/cluster.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { objectDifferences } from './comparable.ts';
import { ObjectWriter, observeObjects } from './objects.ts';
import { asItWas, putObjectsBack } from './put-back.ts';
import type { Whole } from './snapshot.ts';

// A cluster alone, without databases, Kafka and a keeper of faults.
vi.mock('./snapshot.ts', async (original) => ({
  ...(await original<typeof import('./snapshot.ts')>()),
  takeSnapshot: async (whole: Whole) => ({ objects: await observeObjects(whole.cluster), rowSources: {}, git: {} }),
  plantedFaults: async () => [],
}));

const of = (apiVersion: string, kind: string, name: string, rest: object = {}, namespace = 'old'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind === 'Namespace' ? {} : { namespace }) },
  ...rest,
});
const labels = { app: 'input' };
const deployment = (replicas: number) =>
  of('apps/v1', 'Deployment', 'input', {
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'input', image: 'input:1' }] } },
    },
  });
const began = [
  of('v1', 'Namespace', 'old'),
  of('v1', 'Namespace', 'flux-system'),
  of('v1', 'Secret', 'login', { type: 'Opaque', data: { password: 'c2VjcmV0' } }),
  of('v1', 'ConfigMap', 'settings', { data: { level: 'info' } }),
  deployment(0),
  of(
    'kustomize.toolkit.fluxcd.io/v1',
    'Kustomization',
    'input',
    { spec: { prune: true, suspend: true } },
    'flux-system',
  ),
];

let api: TestApi;
let cluster: Target;
beforeAll(async () => {
  api = await startTestApi();
  for (const object of began) put(api.cluster.store, object);
  const context = api.config().getCurrentContext();
  cluster = await connectTarget({ kind: 'embedded', timeScale: 1, kubeconfig: api.kubeconfigFile, context }, 'test', {
    env: {},
  });
});
afterAll(async () => {
  await cluster.close();
  await api[Symbol.asyncDispose]();
});

test('what was deleted, changed and added is as it was, a namespace with what it held too', async () => {
  const before = await observeObjects(cluster);
  const writer = new ObjectWriter(cluster);
  const replica = { custom: cluster.kubeConfig.makeApiClient(CustomObjectsApi) } as unknown as FaultTarget;
  await writer.put(deployment(1));
  await writer.put(of('v1', 'ConfigMap', 'settings', { data: { level: 'debug' } }));
  await writer.put(of('v1', 'Secret', 'planted', { data: {} }));
  await writer.remove(of('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'input', {}, 'flux-system'));
  const changed = objectDifferences(before, await observeObjects(cluster));
  expect(changed.map((words) => words.split(':')[0])).toEqual([
    'ConfigMap old/settings is another',
    'Deployment old/input is another',
    'Kustomization flux-system/input is gone',
    'Secret old/planted is new',
  ]);
  await putObjectsBack({ cluster, replica }, { objects: before });
  expect(objectDifferences(before, await observeObjects(cluster))).toEqual([]);

  await writer.remove(of('v1', 'Namespace', 'old'));
  await putObjectsBack({ cluster, replica }, { objects: before });
  expect(objectDifferences(before, await observeObjects(cluster))).toEqual([]);
});

test('what Flux makes while it is put back goes as well', async () => {
  const before = { objects: await observeObjects(cluster), rowSources: {}, git: {} };
  const replica = { custom: cluster.kubeConfig.makeApiClient(CustomObjectsApi) } as unknown as FaultTarget;
  await new ObjectWriter(cluster).put(of('v1', 'Namespace', 'removed-in-git'));
  await asItWas({ cluster, replica, kind: 'embedded' }, before);
  expect(objectDifferences(before.objects, await observeObjects(cluster))).toEqual([]);
});
