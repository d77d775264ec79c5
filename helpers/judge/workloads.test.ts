import { describe, expect, test } from 'vitest';
import type { WorkloadState } from '../cluster/observed.ts';
import { container, pod, seen, unseen, workload } from './testing/samples.ts';
import { judgeWorkloads } from './workloads.ts';

const wanted = [{ kind: 'Deployment', namespace: 'timescaledb', name: 'redpanda-connect', replicas: 1 }] as const;
const judge = (state: WorkloadState) => judgeWorkloads(seen(state), wanted);

test('all ready passes', () => {
  expect(judge(workload())).toMatchObject({ kind: 'pass', summary: '1 workload, 1 replica ready' });
});

test('a pod on its way out beside a ready one passes', () => {
  const leaving = pod({ name: 'old', terminating: true, ready: false }, container({ ready: false }));
  expect(judge(workload({ pods: [pod(), leaving] })).kind).toBe('pass');
});

test('more replicas than declared pass, if all are ready', () => {
  expect(judge(workload({ replicasDesired: 2, replicasReady: 2 })).kind).toBe('pass');
});

describe('fails', () => {
  test.each([
    [
      'missing',
      workload({ exists: false, foundInstead: ['Deployment timescaledb/redpanda'] }),
      'is missing; found instead: Deployment timescaledb/redpanda',
    ],
    ['scaled to 0', workload({ replicasDesired: 0, replicasReady: 0, pods: [] }), 'scaled to 0, 1 wanted'],
    ['no pod', workload({ replicasReady: 0, pods: [] }), '0 of 1 ready: no pod of it exists'],
    [
      'pending',
      workload({
        replicasReady: 0,
        pods: [pod({ phase: 'Pending' }, container({ state: 'waiting', reason: 'ImagePullBackOff' }))],
      }),
      'pod redpanda-connect-1 is Pending (main: ImagePullBackOff)',
    ],
    [
      'crash-looping',
      workload({
        replicasReady: 0,
        pods: [
          pod(
            {},
            container({
              ready: false,
              state: 'waiting',
              reason: 'CrashLoopBackOff',
              restartCount: 7,
              message: 'back-off 5m0s',
            }),
          ),
        ],
      }),
      'not ready (waiting, CrashLoopBackOff, 7 restarts): back-off 5m0s',
    ],
    [
      'a pod left over',
      workload({ pods: [pod(), pod({ name: 'evicted', phase: 'Failed' })] }),
      'pod evicted is Failed',
    ],
    [
      'one container of two',
      workload({ pods: [pod({}, container(), container({ name: 'side', ready: false }))] }),
      'container side of pod redpanda-connect-1 is not ready',
    ],
  ])('%s', (_, state, observed) => {
    const verdict = judge(state);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(observed);
    expect(verdict.look).toMatch(/^kubectl (get|describe) /);
  });

  test('scaled to 0, with the command that scales it up', () => {
    expect(judge(workload({ replicasDesired: 0 })).hint).toBe(
      'kubectl scale deployment redpanda-connect -n timescaledb --replicas=1',
    );
  });
});

test('one that could not be observed is inconclusive, and a failure beside it still fails', () => {
  expect(judgeWorkloads(unseen('timescaledb'), wanted)).toMatchObject({ kind: 'inconclusive', hint: 'make it answer' });
  const both = { seen: [workload({ exists: false })], unseen: unseen('mosquitto').unseen };
  expect(judgeWorkloads(both, wanted).kind).toBe('fail');
});
