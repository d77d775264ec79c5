import { expect, test } from 'vitest';
import { emptyStore, podOf } from './node/testing/store.ts';
import { whenReady } from './when-ready.ts';

const deployments = { group: 'apps', resource: 'deployments' };
const pods = { group: '', resource: 'pods' };
const deployment = (readyReplicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'ns' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'server:1' }] } },
  },
  status: { readyReplicas },
});
const restarted = (restartCount: number) => ({
  ...podOf('web-1'),
  status: { containerStatuses: [{ restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
});

test('resolves when all replicas are ready', async () => {
  const store = emptyStore();
  store.create(deployments, deployment(1));
  await whenReady(store, 5_000);
});

test('a program that ends again and again is not waited for', async () => {
  const store = emptyStore();
  store.create(deployments, deployment(0));
  const waiting = whenReady(store, 60_000);
  store.create(pods, restarted(3));
  await expect(waiting).rejects.toThrow('a program ends again and again: Deployment ns/web (CrashLoopBackOff)');
});

test('one that ended once is waited for until the deadline', async () => {
  const store = emptyStore();
  store.create(deployments, deployment(0));
  store.create(pods, restarted(1));
  await expect(whenReady(store, 50)).rejects.toThrow('not ready after 0.05 s: Deployment ns/web (CrashLoopBackOff)');
});
