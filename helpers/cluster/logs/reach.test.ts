import { describe, expect, test } from 'vitest';
import type { ContainerState, PodState } from '../observed.ts';
import { reach } from './reach.ts';
import type { ContainerRun } from './runs.ts';

const windowStart = new Date('2026-11-24T02:00:00Z');
const before = '2026-11-23T12:00:00.000Z';
const at = (time: string) => `2026-11-24T${time}.000Z`;

const container: ContainerState = { name: 'connect', image: 'connect', ready: true, restartCount: 0, state: 'running' };
const pod: PodState = {
  namespace: 'timescaledb',
  name: 'redpanda-connect-1',
  uid: 'u',
  phase: 'Running',
  ready: true,
  terminating: false,
  createdAt: before,
  containers: [container],
};
const died = (startedAt: string, finishedAt: string) => ({ reason: 'Error', exitCode: 1, startedAt, finishedAt });

function judge(facts: {
  run: ContainerRun;
  oldestLineAt?: string;
  container?: Partial<ContainerState>;
  pod?: Partial<PodState>;
  workloadCreatedAt?: string;
}) {
  return reach({
    windowStart,
    run: facts.run,
    oldestLineAt: facts.oldestLineAt,
    container: { ...container, ...facts.container },
    pod: { ...pod, ...facts.pod },
    workloadCreatedAt: facts.workloadCreatedAt,
  });
}

describe('a run older than the window', () => {
  const run = { previous: false, startedAt: before };

  test('reaches back when a line from before the window can still be had', () => {
    expect(judge({ run, oldestLineAt: at('01:59:59') })).toEqual({ reachesBack: true });
  });

  test('does not when its oldest line is younger: rotated', () => {
    const { reachesBack, reachNote } = judge({ run, oldestLineAt: at('02:10:00') });
    expect(reachesBack).toBe(false);
    expect(reachNote).toContain('10 min after the window began');
  });

  test('does not when it has no line at all', () => {
    expect(judge({ run }).reachesBack).toBe(false);
  });
});

describe('a run that began within the window', () => {
  const run = { previous: false, startedAt: at('02:30:00') };

  test('reaches back when the run before it can be read', () => {
    const restarted = { restartCount: 1, lastTermination: died(before, at('02:29:50')) };
    expect(judge({ run, oldestLineAt: at('02:30:01'), container: restarted }).reachesBack).toBe(true);
  });

  test('does not when its own beginning was rotated away', () => {
    expect(judge({ run, oldestLineAt: at('02:45:00') }).reachNote).toContain('15 min after its container started');
  });

  test('does not when the run before it left nothing to read', () => {
    expect(judge({ run, oldestLineAt: at('02:30:01'), container: { restartCount: 1 } }).reachNote).toContain(
      'the log of an earlier run is gone',
    );
  });

  test('does not when its pod may have replaced another', () => {
    const made = { createdAt: at('02:29:58') };
    expect(judge({ run, oldestLineAt: at('02:30:01'), pod: made, workloadCreatedAt: before }).reachNote).toContain(
      'replaced',
    );
    expect(judge({ run, oldestLineAt: at('02:30:01'), pod: made }).reachesBack).toBe(false);
  });

  test('reaches back when its workload was made within the window', () => {
    const made = { createdAt: at('02:29:58') };
    expect(judge({ run, oldestLineAt: at('02:30:01'), pod: made, workloadCreatedAt: at('02:29:57') }).reachesBack).toBe(
      true,
    );
  });
});

describe('the previous run, within the window', () => {
  const run = { previous: true, startedAt: at('02:20:00'), finishedAt: at('02:29:50') };
  const lastTermination = died(at('02:20:00'), at('02:29:50'));

  test('reaches back when it was the first of an older pod', () => {
    // A pod older than the window whose first container run began late: its image had to be pulled.
    expect(
      judge({ run, oldestLineAt: at('02:20:01'), container: { restartCount: 1, lastTermination } }).reachesBack,
    ).toBe(true);
  });

  test('does not when there were runs before it: a crash loop', () => {
    const looping = { restartCount: 12, lastTermination };
    expect(judge({ run, oldestLineAt: at('02:20:01'), container: looping }).reachNote).toContain(
      '11 earlier runs are gone',
    );
  });
});
