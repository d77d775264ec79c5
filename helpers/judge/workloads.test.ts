import { describe, expect, test } from 'vitest';
import type { ContainerState, WorkloadState } from '../cluster/observed.ts';
import { ago, container, noon, pod, seen, unseen, workload } from './testing/samples.ts';
import type { Sightings } from './verdict.ts';
import { windowBefore } from './window.ts';
import { judgeWorkloads } from './workloads.ts';

const wanted = [{ kind: 'Deployment', namespace: 'timescaledb', name: 'redpanda-connect', replicas: 1 }] as const;
const patience = { apartSeconds: 3, window: windowBefore(noon, 3600, []) };
const looks = (first: Sightings<WorkloadState>, second = first) => judgeWorkloads({ first, second }, wanted, patience);
const judge = (state: WorkloadState) => looks(seen(state));
const running = (change: Partial<ContainerState>) => workload({ pods: [pod({}, container(change))] });

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

describe('fails, though all is ready when it is looked at', () => {
  const ended = { reason: 'Error', exitCode: 1, finishedAt: ago(2) };

  test('a container that restarted between the looks', () => {
    const verdict = looks(
      seen(running({ restartCount: 3, startedAt: ago(40) })),
      seen(running({ restartCount: 4, startedAt: ago(1), lastTermination: ended })),
    );
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(
      'container main of pod redpanda-connect-1 restarted between two looks (4 restarts); last termination: Error, exit code 1',
    );
    expect(verdict.look).toMatch(/^kubectl logs .* --previous/);
  });

  test.each([
    ['shortly before the first look', ago(5)],
    ['and whose node’s clock is ahead', ago(-20)],
  ])('a container that restarted %s', (_, startedAt) => {
    const verdict = judge(running({ restartCount: 1, startedAt, lastTermination: ended }));
    expect(verdict.observed).toContain('restarted less than 6 s ago (1 restart)');
    expect(verdict.kind).toBe('fail');
  });

  test('a pod that was not ready a look before', () => {
    const before = workload({ replicasReady: 0, pods: [pod({}, container({ ready: false }))] });
    const verdict = looks(seen(before), seen(workload()));
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain('3 s later it was ready');
  });
});

describe('passes', () => {
  test.each([
    ['a container that restarted longer ago', running({ restartCount: 7, startedAt: ago(6) })],
    ['one that has just started for the first time', running({ startedAt: ago(1) })],
  ])('%s', (_, state) => expect(judge(state).kind).toBe('pass'));

  test('another pod with fewer restarts between the looks: a rollout is no restart', () => {
    const replaced = workload({ pods: [pod({ name: 'new', uid: 'v' }, container({ startedAt: ago(1) }))] });
    expect(looks(seen(running({ restartCount: 2 })), seen(replaced)).kind).toBe('pass');
  });

  test('a restart in planned maintenance', () => {
    const planned = windowBefore(noon, 3600, [{ from: ago(10), to: ago(2), reason: 'disk swapped' }]);
    const state = seen(running({ restartCount: 1, startedAt: ago(4) }));
    expect(judgeWorkloads({ first: state, second: state }, wanted, { ...patience, window: planned }).kind).toBe('pass');
  });
});

test.each([
  ['first', unseen('timescaledb'), seen(workload())],
  ['second', seen(workload()), unseen('timescaledb')],
])('not seen at the %s look, it is inconclusive: one look tells nothing of the other', (_, first, second) => {
  expect(looks(first, second)).toMatchObject({ kind: 'inconclusive', hint: 'make it answer' });
});

test('a failure beside what could not be observed still fails', () => {
  expect(looks(unseen('timescaledb'))).toMatchObject({ kind: 'inconclusive' });
  const both = { seen: [workload({ exists: false })], unseen: unseen('mosquitto').unseen };
  expect(looks(both).kind).toBe('fail');
});
