import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReadOnlyKube } from './kube.ts';
import { readyPod } from './service.ts';
import { FakeApi, json } from './testing/fake-api.ts';
import { type FakeService, fakeServices } from './testing/fake-services.ts';

let api: FakeApi;
let kube: ReadOnlyKube;
const address = { namespace: 'timescaledb', service: 'timescaledb', port: 5432 };

beforeEach(async () => {
  api = await FakeApi.start();
  kube = new ReadOnlyKube(api.kubeConfig(), { deadlineSeconds: 5 });
});

afterEach(async () => {
  kube.close();
  await api[Symbol.asyncDispose]();
});

function serve(service: Partial<FakeService>): void {
  api.answer = fakeServices({ 'timescaledb/timescaledb': { port: 5432, targetPort: 5432, pods: [], ...service } });
}

async function message(): Promise<string> {
  const error = await readyPod(kube, address).catch((reason) => reason);
  expect(error).toMatchObject({ name: 'Unobservable', kind: 'no-ready-pod' });
  return error.message;
}

test('the ready pod and its own port', async () => {
  serve({
    targetPort: 15432,
    portName: 'postgres',
    pods: [
      { name: 'old', ready: false },
      { name: 'new', ready: true },
    ],
  });
  expect(await readyPod(kube, address)).toEqual({ namespace: 'timescaledb', pod: 'new', port: 15432 });
});

test('a condition that is not given counts as ready', async () => {
  serve({});
  const services = api.answer;
  api.answer = (response, url, request) => {
    if (!url.pathname.endsWith('/endpointslices')) return services(response, url, request);
    const endpoint = { addresses: ['10.0.0.1'], conditions: {}, targetRef: { kind: 'Pod', name: 'p' } };
    return json(response, 200, {
      items: [{ addressType: 'IPv4', ports: [{ name: '', port: 1 }], endpoints: [endpoint] }],
    });
  };
  expect(await readyPod(kube, address)).toMatchObject({ pod: 'p' });
});

describe('without one it says what there is', () => {
  test('no such Service', async () => {
    api.answer = fakeServices({ 'timescaledb/timescale': { port: 5432, targetPort: 5432, pods: [] } });
    expect(await message()).toBe('Service timescaledb/timescaledb:5432 does not exist; the namespace has: timescale');
    api.answer = fakeServices({});
    expect(await message()).toBe('Service timescaledb/timescaledb:5432 does not exist; the namespace has no Service');
  });

  test('no such port', async () => {
    serve({ port: 5433 });
    expect(await message()).toBe('Service timescaledb/timescaledb:5432 does not have this port; its ports: 5433');
  });

  test('no pod', async () => {
    serve({});
    expect(await message()).toBe(
      'Service timescaledb/timescaledb:5432 has no ready pod: no pod has the labels app=timescaledb',
    );
  });

  test.each([
    [
      { containerStatuses: [{ name: 'db', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      'is Running, container db is waiting (CrashLoopBackOff)',
    ],
    [
      { containerStatuses: [{ name: 'db', ready: false, state: { running: {} } }] },
      'is Running, container db is not ready',
    ],
    [
      { containerStatuses: [{ name: 'db', ready: false, state: { terminated: { exitCode: 137 } } }] },
      'is Running, container db ended with 137',
    ],
    [
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] },
      'is Pending, 0/1 nodes are available',
    ],
    [
      {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'init', ready: true, state: { terminated: { exitCode: 0 } } }],
        containerStatuses: [{ name: 'db', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
      'is Pending, container db is waiting (ImagePullBackOff)',
    ],
  ])('a pod that is not ready: %j', async (status, words) => {
    serve({ pods: [{ name: 'timescaledb-0', ready: false, status }] });
    expect(await message()).toBe(`Service timescaledb/timescaledb:5432 has no ready pod: timescaledb-0 ${words}`);
  });
});

test('a permission that is missing is not "no pod"', async () => {
  api.answer = (response) => json(response, 403, { message: 'no' });
  await expect(readyPod(kube, address)).rejects.toMatchObject({ kind: 'forbidden' });
});
