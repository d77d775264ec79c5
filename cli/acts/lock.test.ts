import { CoordinationV1Api, V1MicroTime } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Interception } from '../../replica/embedded/kubernetes/http/intercept.ts';
import { startTestApi, type TestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { put } from '../../replica/embedded/kubernetes/testing/cluster.ts';
import { LockLost, lockCluster } from './lock.ts';

const lease = { namespace: 'kube-system', name: 'telemetry-migration' };
let api: TestApi;
let leases: CoordinationV1Api;
let now: Date;
/** What a renewal is answered by. */
let answer: Interception | undefined;

beforeAll(async () => {
  api = await startTestApi({ intercept: ({ verb }) => (verb === 'patch' ? answer : undefined) });
  put(api.cluster.store, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: lease.namespace } });
  leases = api.config().makeApiClient(CoordinationV1Api);
});
afterAll(() => api?.[Symbol.asyncDispose]());
beforeEach(async () => {
  now = new Date('2026-11-20T12:00:00Z');
  answer = undefined;
  await leases.deleteNamespacedLease(lease).catch(() => {});
});

const lock = (act: string) => lockCluster(api.config(), act, () => now);
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const holder = async () => (await leases.readNamespacedLease(lease)).spec?.holderIdentity;
const isFree = async () =>
  (await leases.listNamespacedLease(lease)).items.every(({ metadata }) => metadata?.name !== lease.name);

test('a second act is refused, with who holds the lock and since when; a disposed lock is free', async () => {
  {
    await using _ = await lock('cutover');
    await expect(lock('undo')).rejects.toThrow(
      /^another act is under way: cutover by .*, process \d+ since 2026-11-20T12:00:00.000Z; nothing was done/,
    );
  }
  expect(await isFree()).toBe(true);
});

test('a lock that is held on is not taken; one that ran out is', async () => {
  const first = await lock('cutover');
  later(50);
  await first.hold();
  later(50);
  await expect(lock('undo')).rejects.toThrow('another act is under way');
  later(11);
  await using _ = await lock('undo');
  expect(await holder()).toMatch(/^undo by/);
});

test('a lock that another took over is lost for good, and is not given back in its place', async () => {
  const first = await lock('cutover');
  later(61);
  await using _ = await lock('undo');
  await expect(first.hold()).rejects.toThrow(
    /^the lock kube-system\/telemetry-migration was lost: it is held by undo by .*; nothing more is done without it$/,
  );
  await expect(first.hold()).rejects.toBeInstanceOf(LockLost);
  await first[Symbol.asyncDispose]();
  expect(await holder()).toMatch(/^undo by/);
});

test('a Lease of the same holder’s name is another one when it was made anew', async () => {
  await using first = await lock('cutover');
  const { spec } = await leases.readNamespacedLease(lease);
  await leases.deleteNamespacedLease(lease);
  const time = new V1MicroTime(now);
  const body = { metadata: lease, spec: { ...spec, acquireTime: time, renewTime: time } };
  await leases.createNamespacedLease({ ...lease, body });
  await expect(first.hold()).rejects.toThrow('was lost: it is held by cutover by');
});

test('a deleted lock is lost', async () => {
  await using first = await lock('cutover');
  await leases.deleteNamespacedLease(lease);
  await expect(first.hold()).rejects.toThrow('was lost: its Lease was deleted');
  await leases.createNamespacedLease({ ...lease, body: { metadata: lease, spec: {} } });
  await expect(first.hold(), 'also when another one is there by then').rejects.toThrow('its Lease was deleted');
});

test('a renewal that the API server does not take is waited out for as long as nobody else may take the lock', async () => {
  await using first = await lock('cutover');
  answer = { status: 503, body: 'etcd is away' };
  later(30);
  await first.hold();
  later(16);
  await expect(first.hold()).rejects.toThrow(/was lost: it could not be renewed for 46 s \(.*503/);
  answer = undefined;
  await expect(first.hold(), 'what was lost once is not trusted again').rejects.toBeInstanceOf(LockLost);
});

test('a renewal after a failed one counts', async () => {
  await using first = await lock('cutover');
  answer = { status: 503, body: 'etcd is away' };
  later(30);
  await first.hold();
  answer = undefined;
  later(10);
  await first.hold();
  answer = { status: 503, body: 'etcd is away' };
  later(30);
  await first.hold();
});
