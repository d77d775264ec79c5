import { afterEach, beforeEach, expect, test } from 'vitest';
import { observeJob } from './job.ts';
import { ownedBy, ScriptedCluster } from './testing/scripted-cluster.ts';
import { observeWorkloads } from './workloads.ts';

const namespace = 'timescaledb';
let cluster: ScriptedCluster;

beforeEach(async () => {
  cluster = await ScriptedCluster.start();
  cluster.objects.deployments = [
    {
      metadata: { name: 'redpanda-connect', namespace, uid: 'd1', creationTimestamp: '2026-11-01T00:00:00Z' } as never,
      spec: { replicas: 1 },
      status: { readyReplicas: 1 },
    },
    { metadata: { name: 'redpanda-connect', namespace: 'heatpump-settings' } },
  ];
  cluster.objects.statefulsets = [
    { metadata: { name: 'redpanda-v2', namespace: 'redpanda-v2', uid: 's1' } as never, spec: {}, status: {} },
  ];
  cluster.objects.replicasets = [
    { metadata: { name: 'new', namespace, uid: 'r2', ...ownedBy('Deployment', 'd1') } as never },
    { metadata: { name: 'old', namespace, uid: 'r1', ...ownedBy('Deployment', 'd1') } as never },
  ];
  cluster.objects.pods = [
    pod('serving', 'r2', {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'connect',
          ready: true,
          restartCount: 2,
          state: { running: { startedAt: '2026-11-24T02:30:00Z' } },
          lastState: {
            terminated: {
              reason: 'OOMKilled',
              exitCode: 137,
              startedAt: '2026-11-24T02:00:00Z',
              finishedAt: '2026-11-24T02:29:50Z',
            },
          },
        },
      ],
    }),
    {
      ...pod('leaving', 'r1', { phase: 'Running' }),
      metadata: { ...pod('leaving', 'r1', {}).metadata, deletionTimestamp: '2026-11-24T02:59:00Z' } as never,
    },
    pod('stranger', 'r9', { phase: 'Running' }),
  ];
});
afterEach(() => cluster[Symbol.asyncDispose]());

function pod(name: string, owner: string, status: object) {
  const metadata = {
    name,
    namespace,
    uid: name,
    creationTimestamp: '2026-11-20T00:00:00Z',
    ...ownedBy('ReplicaSet', owner),
  };
  return { metadata, spec: { containers: [{ name: 'connect', image: 'redpandadata/connect:4.49' }] }, status };
}

test('a Deployment with the pods of its ReplicaSets, those that are leaving flagged, and nobody else’s', async () => {
  const [workload] = await observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-connect' }]);
  expect(workload).toMatchObject({
    exists: true,
    replicasDesired: 1,
    replicasReady: 1,
    createdAt: '2026-11-01T00:00:00.000Z',
  });
  expect(workload?.pods.map(({ name, terminating }) => [name, terminating])).toEqual([
    ['serving', false],
    ['leaving', true],
  ]);
  expect(workload?.pods[0]).toMatchObject({ phase: 'Running', ready: true, createdAt: '2026-11-20T00:00:00.000Z' });
  expect(workload?.pods[0]?.containers).toEqual([
    {
      name: 'connect',
      image: 'redpandadata/connect:4.49',
      ready: true,
      restartCount: 2,
      state: 'running',
      startedAt: '2026-11-24T02:30:00.000Z',
      lastTermination: {
        reason: 'OOMKilled',
        exitCode: 137,
        startedAt: '2026-11-24T02:00:00.000Z',
        finishedAt: '2026-11-24T02:29:50.000Z',
      },
    },
  ]);
});

test('replicas default to 1, and ready ones to 0, as the API leaves them out', async () => {
  const [workload] = await observeWorkloads(cluster, [
    { kind: 'StatefulSet', namespace: 'redpanda-v2', name: 'redpanda-v2' },
  ]);
  expect(workload).toMatchObject({ exists: true, replicasDesired: 1, replicasReady: 0, pods: [] });
});

test('a pod without a node says why', async () => {
  cluster.objects.pods = [
    pod('waiting', 'r2', {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
      ],
    }),
  ];
  const [workload] = await observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-connect' }]);
  expect(workload?.pods[0]?.containers[0]).toMatchObject({
    state: 'unknown',
    ready: false,
    reason: 'Unschedulable',
    message: '0/1 nodes are available',
  });
});

test('a missing workload is named with what was found instead, its own namespace first', async () => {
  const [workload] = await observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-conect' }]);
  expect(workload).toMatchObject({
    exists: false,
    foundInstead: ['Deployment timescaledb/redpanda-connect', 'Deployment heatpump-settings/redpanda-connect'],
  });
});

test('a name of the wrong kind is found too', async () => {
  const [workload] = await observeWorkloads(cluster, [
    { kind: 'Deployment', namespace: 'redpanda-v2', name: 'redpanda-v2' },
  ]);
  expect(workload?.foundInstead).toEqual(['StatefulSet redpanda-v2/redpanda-v2']);
});

test('without leave to look everywhere the configured namespaces have to do', async () => {
  cluster.forbidden.push('/apis/apps/v1/deployments', '/apis/apps/v1/statefulsets');
  const [workload] = await observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-conect' }]);
  expect(workload?.foundInstead).toEqual(['Deployment timescaledb/redpanda-connect']);
});

test('a namespace that cannot be listed cannot be observed', async () => {
  cluster.forbidden.push(`/api/v1/namespaces/${namespace}/pods`);
  await expect(
    observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-connect' }]),
  ).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'forbidden',
  });
});

test('the lists do not grow with the pods', async () => {
  cluster.objects.pods = Array.from({ length: 50 }, (_, index) => pod(`p${index}`, 'r2', { phase: 'Running' }));
  await observeWorkloads(cluster, [{ kind: 'Deployment', namespace, name: 'redpanda-connect' }]);
  expect(cluster.api.requests).toHaveLength(4);
});

test('a Job, and one that its ttl has cleaned up', async () => {
  cluster.objects.jobs = [{ metadata: { name: 'timescaledb-migration', namespace }, status: { succeeded: 1 } }];
  expect(await observeJob(cluster, namespace, 'timescaledb-migration')).toMatchObject({
    exists: true,
    succeeded: 1,
    failed: 0,
    active: 0,
  });
  expect(await observeJob(cluster, namespace, 'gone')).toMatchObject({ exists: false, succeeded: 0 });
});
