import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { resourceOf } from '../resources.ts';
import { toTable } from './table.ts';

const now = new Date('2026-11-24T12:00:00Z');

function row(object: KubeObject): Record<string, unknown> {
  const type = resourceOf(object);
  if (!type) throw new Error(`no resource for ${object.kind}`);
  const table = toTable(type, [object], {}, { now, includeObject: 'None', headed: true });
  const cells = table.rows[0]?.cells ?? [];
  expect(cells).toHaveLength(table.columnDefinitions.length);
  return Object.fromEntries(table.columnDefinitions.map(({ name }, index) => [name, cells[index]]));
}

function pod(
  status: Record<string, unknown>,
  rest: Partial<KubeObject['metadata']> = {},
  spec: Record<string, unknown> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2026-11-24T11:00:00Z', ...rest },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec },
    status,
  };
}

const running = { ready: true, restartCount: 0, state: { running: {} } };

describe('pods', () => {
  test.each([
    ['all run', { phase: 'Running', containerStatuses: [running, running] }, '2/2', 'Running', '0'],
    ['waiting to be bound', { phase: 'Pending' }, '0/2', 'Pending', '0'],
    [
      'a crash loop, with the time of the last restart',
      {
        phase: 'Running',
        containerStatuses: [
          running,
          {
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { finishedAt: '2026-11-24T11:58:00Z' } },
          },
        ],
      },
      '1/2',
      'CrashLoopBackOff',
      '3 (2m ago)',
    ],
    [
      'killed for its memory',
      {
        phase: 'Running',
        containerStatuses: [
          { ready: false, restartCount: 1, state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
        ],
      },
      '0/2',
      'OOMKilled',
      '1',
    ],
    [
      'ended without a reason',
      {
        phase: 'Failed',
        containerStatuses: [{ ready: false, restartCount: 0, state: { terminated: { exitCode: 7 } } }],
      },
      '0/2',
      'ExitCode:7',
      '0',
    ],
    [
      'completed',
      {
        phase: 'Succeeded',
        containerStatuses: [
          { ready: false, restartCount: 0, state: { terminated: { reason: 'Completed', exitCode: 0 } } },
        ],
      },
      '0/2',
      'Completed',
      '0',
    ],
    ['evicted', { phase: 'Failed', reason: 'Evicted' }, '0/2', 'Evicted', '0'],
  ])('%s', (_, status, ready, shown, restarts) => {
    expect(row(pod(status))).toMatchObject({ Ready: ready, Status: shown, Restarts: restarts, Age: '60m' });
  });

  test('init containers come first', () => {
    const spec = { initContainers: [{ name: 'i' }, { name: 'j' }] };
    const done = { restartCount: 0, state: { terminated: { exitCode: 0 } } };
    const at = (init: unknown[]) => row(pod({ phase: 'Pending', initContainerStatuses: init }, {}, spec)).Status;
    expect(at([done, { restartCount: 0, state: { running: {} } }])).toBe('Init:1/2');
    expect(at([{ restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }])).toBe('Init:CrashLoopBackOff');
    expect(at([{ restartCount: 0, state: { terminated: { exitCode: 1, reason: 'Error' } } }])).toBe('Init:Error');
  });

  test('one that is deleted is Terminating, unless it is over', () => {
    const deleted = { deletionTimestamp: '2026-11-24T12:00:00Z' };
    expect(row(pod({ phase: 'Running', containerStatuses: [running, running] }, deleted)).Status).toBe('Terminating');
    expect(row(pod({ phase: 'Succeeded' }, deleted)).Status).toBe('Succeeded');
  });
});

test('workloads', () => {
  const template = {
    spec: {
      containers: [
        { name: 'a', image: 'i:1' },
        { name: 'b', image: 'j:2' },
      ],
    },
  };
  const spec = { replicas: 3, selector: { matchLabels: { app: 'a' } }, template };
  const metadata = { name: 'w', creationTimestamp: '2026-11-16T12:00:00Z' };
  expect(
    row({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec,
      status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
    }),
  ).toEqual({
    Name: 'w',
    Ready: '2/3',
    'Up-to-date': 3,
    Available: 1,
    Age: '8d',
    Containers: 'a,b',
    Images: 'i:1,j:2',
    Selector: 'app=a',
  });
  const finished = {
    startTime: '2026-11-24T11:00:00Z',
    completionTime: '2026-11-24T11:01:05Z',
    succeeded: 1,
    conditions: [{ type: 'Complete', status: 'True' }],
  };
  expect(
    row({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { completions: 1, template }, status: finished }),
  ).toMatchObject({
    Status: 'Complete',
    Completions: '1/1',
    Duration: '65s',
  });
  const cron = { schedule: '0 2 * * *', suspend: false, jobTemplate: { spec: { template } } };
  expect(
    row({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: cron,
      status: { lastScheduleTime: '2026-11-24T02:00:00Z' },
    }),
  ).toMatchObject({
    Schedule: '0 2 * * *',
    Timezone: '<none>',
    Suspend: 'False',
    Active: 0,
    'Last Schedule': '10h',
  });
});

test('services, endpoints and volumes', () => {
  const metadata = { name: 's', namespace: 'x', creationTimestamp: '2026-11-24T11:59:00Z' };
  const ports = [
    { port: 80, protocol: 'TCP' },
    { port: 443, nodePort: 30443, protocol: 'TCP' },
  ];
  expect(
    row({
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'NodePort', clusterIP: '10.43.0.1', ports, selector: { b: 'c', a: 'b' } },
    }),
  ).toMatchObject({
    Type: 'NodePort',
    'External-IP': '<none>',
    'Port(s)': '80/TCP,443:30443/TCP',
    Selector: 'a=b,b=c',
  });
  const addresses = ['1', '2', '3', '4'].map((ip) => ({ ip }));
  expect(
    row({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [{ addresses, ports: [{ port: 80 }] }] }).Endpoints,
  ).toBe('1:80,2:80,3:80 + 1 more...');
  expect(row({ apiVersion: 'v1', kind: 'Endpoints', metadata }).Endpoints).toBe('<none>');
  const claim = { volumeName: 'v', storageClassName: 'local-path', volumeMode: 'Filesystem' };
  const bound = { phase: 'Bound', capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] };
  expect(row({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: claim, status: bound })).toMatchObject({
    Status: 'Bound',
    Capacity: '10Gi',
    'Access Modes': 'RWO,ROX',
    VolumeAttributesClass: '<unset>',
  });
});

test('a Kustomization shows whether it is ready, and why not', () => {
  const conditions = [{ type: 'Ready', status: 'False', message: 'kustomize build failed' }];
  const metadata = { name: 'k', creationTimestamp: '2026-11-24T11:59:00Z' };
  expect(
    row({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {},
      status: { conditions },
    }),
  ).toEqual({
    Name: 'k',
    Age: '60s',
    Ready: 'False',
    Status: 'kustomize build failed',
  });
});
