import { expect, test } from 'vitest';
import { container, pod, workload } from '../../judge/testing/samples.ts';
import type { ServiceSight, WorkloadSight } from '../observed.ts';
import { seen, unseen } from '../testing/samples.ts';
import { workloadFindings } from './workloads.ts';

const ref = { kind: 'Deployment', namespace: 'timescaledb', name: 'redpanda-connect' } as const;
const service = { namespace: 'timescaledb', service: 'timescaledb', port: 5432 };

function workloads(...sights: Partial<WorkloadSight>[]) {
  const all = sights.map((sight) => ({ ref, old: false, state: seen(workload()), ...sight }));
  return workloadFindings({ workloads: all, services: [] });
}

function services(...sights: Partial<ServiceSight>[]) {
  const all = sights.map((sight) => ({ service, old: false, pod: seen('timescaledb-1'), ...sight }));
  return workloadFindings({ workloads: [], services: all });
}

test('workloads that exist and Services that have a ready pod are a line each', () => {
  expect(workloads({}, {}).map(({ level, text }) => [level, text])).toEqual([
    ['ok', 'all 2 that migration.yaml names exist'],
  ]);
  expect(services({}).map(({ level, text }) => [level, text])).toEqual([
    ['ok', 'all 1 that migration.yaml names have a ready pod'],
  ]);
});

test('a workload that does not exist is named, with what was found instead', () => {
  const missing = workload({ exists: false, foundInstead: ['Deployment timescaledb/redpanda-connect-v2'] });
  expect(workloads({}, { state: seen(missing) })).toMatchObject([
    { level: 'ok', text: '1 of 2 exist' },
    {
      level: 'unseen',
      subject: 'Deployment timescaledb/redpanda-connect',
      text: 'does not exist; found instead: Deployment timescaledb/redpanda-connect-v2',
    },
  ]);
});

test('one of the old system that is gone is no trouble', () => {
  expect(workloads({ old: true, state: seen(workload({ exists: false })) })).toMatchObject([{ level: 'warning' }]);
});

test('one that is not ready can be seen, and is to be minded: which pods there are, and why', () => {
  const crashing = container({ ready: false, state: 'waiting', reason: 'CrashLoopBackOff', restartCount: 3 });
  const pods = [pod({ ready: false }, crashing)];
  expect(workloads({ state: seen(workload({ replicasReady: 0, pods })) })).toMatchObject([
    { level: 'ok' },
    {
      level: 'warning',
      text: '0 of 1 replicas ready; container main of pod redpanda-connect-1 is not ready (waiting, CrashLoopBackOff, 3 restarts)',
    },
  ]);
  expect(workloads({ state: seen(workload({ replicasReady: 0, pods: [] })) })).toMatchObject([
    { level: 'ok' },
    { level: 'warning', text: '0 of 1 replicas ready' },
  ]);
  expect(workloads({ state: seen(workload({ replicasDesired: 0, replicasReady: 0 })) })).toMatchObject([
    { level: 'ok' },
  ]);
});

test('what hides several workloads is said once', () => {
  const state = unseen('list pods in namespace timescaledb: no answer within 5 s', { kind: 'timeout' });
  const other = { ...ref, name: 'timescaledb' };
  expect(workloads({ state }, { state, ref: other })).toMatchObject([
    { level: 'unseen', subject: 'timescaledb/redpanda-connect and timescaledb/timescaledb' },
  ]);
});

test('a Service without a ready pod says which pods there are, and why', () => {
  const pod = unseen(
    'Service timescaledb/timescaledb:5432 has no ready pod: timescaledb-1 is Running, container timescaledb is waiting (CrashLoopBackOff)',
    { kind: 'no-ready-pod', hint: 'kubectl -n timescaledb get pods' },
  );
  expect(services({ pod })).toEqual([
    {
      group: 'workloads',
      level: 'unseen',
      subject: 'Service timescaledb/timescaledb:5432',
      text: 'has no ready pod: timescaledb-1 is Running, container timescaledb is waiting (CrashLoopBackOff)',
      fix: 'kubectl -n timescaledb get pods',
    },
  ]);
  expect(services({ pod, old: true })).toMatchObject([{ level: 'warning' }]);
});

test('a Service of the old system that may not be looked at is not seen', () => {
  expect(services({ pod: unseen('forbidden', { kind: 'forbidden' }), old: true })).toMatchObject([{ level: 'unseen' }]);
});
