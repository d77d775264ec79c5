import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { startTestApi, type TestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { put } from '../../replica/embedded/kubernetes/testing/cluster.ts';
import { openFaultTarget } from './open-target.ts';

const migration = loadMigration('migration.yaml');
const place = { name: 'telemetry-replica', namespace: 'kube-system' };
const mark = (kind: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: place, data: { kind } });

let api: TestApi;
const open = () =>
  openFaultTarget({
    kubeconfig: api.kubeconfigFile,
    context: api.config().getCurrentContext(),
    timeScale: 30,
    migration,
  });

beforeAll(async () => {
  api = await startTestApi();
  put(api.cluster.store, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
});
afterAll(() => api[Symbol.asyncDispose]());

test('a cluster that does not say that it is a replica is refused', async () => {
  await expect(open()).rejects.toThrow('is no replica (it has no ConfigMap kube-system/telemetry-replica)');
});

test.each(['live', ''])('so is one that says it is "%s"', async (kind) => {
  put(api.cluster.store, mark(kind));
  await expect(open()).rejects.toThrow(`is no replica (it says "${kind}" in its ConfigMap`);
  api.cluster.store.delete({ group: '', resource: 'configmaps' }, place.namespace, place.name);
});

test.each(['embedded', 'scratch', 'k3d'])('one that says that it is of kind %s is not', async (kind) => {
  put(api.cluster.store, mark(kind));
  await using _ = await open();
  api.cluster.store.delete({ group: '', resource: 'configmaps' }, place.namespace, place.name);
});

test('an API server that does not answer is no replica either', async () => {
  const gone = await startTestApi();
  const kubeconfig = gone.kubeconfigFile;
  await gone.server[Symbol.asyncDispose]();
  await expect(
    openFaultTarget({ kubeconfig, context: gone.config().getCurrentContext(), timeScale: 30, migration }),
  ).rejects.toThrow();
  await gone[Symbol.asyncDispose]();
});
