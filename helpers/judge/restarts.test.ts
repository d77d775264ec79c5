import { describe, expect, test } from 'vitest';
import type { ContainerState } from '../cluster/observed.ts';
import { judgeRestarts } from './restarts.ts';
import { ago, container, noon, pod, seen, unseen, workload } from './testing/samples.ts';
import { windowBefore } from './window.ts';

const window = windowBefore(noon, 3600, []);
const ended = (seconds: number, reason = 'Error', exitCode = 1) => ({ reason, exitCode, finishedAt: ago(seconds) });
const judge = (change: Partial<ContainerState>, over = window) =>
  judgeRestarts(seen(workload({ pods: [pod({}, container(change))] })), over);

describe('passes', () => {
  test.each<[string, Partial<ContainerState>]>([
    ['never restarted', {}],
    ['a young pod that never restarted', { startedAt: ago(60) }],
    ['restarted before the window', { restartCount: 3, startedAt: ago(7200), lastTermination: ended(7201) }],
  ])('%s', (_, change) => expect(judge(change).kind).toBe('pass'));

  test('a restart in planned maintenance, which is shown', () => {
    const planned = windowBefore(noon, 3600, [{ from: ago(700), to: ago(500), reason: 'disk swapped' }]);
    const verdict = judge({ restartCount: 1, startedAt: ago(599), lastTermination: ended(600) }, planned);
    expect(verdict.kind).toBe('pass');
    expect(verdict.expected).toContain('disk swapped');
  });
});

describe('fails', () => {
  test.each<[string, Partial<ContainerState>, string]>([
    [
      'out of memory',
      { restartCount: 1, startedAt: ago(59), lastTermination: ended(60, 'OOMKilled', 137) },
      'OOMKilled, exit code 137',
    ],
    [
      'in back-off now',
      { restartCount: 9, state: 'waiting', startedAt: undefined, lastTermination: ended(10) } as never,
      'Error, exit code 1',
    ],
    ['restarted, and nothing known of before', { restartCount: 1, startedAt: ago(60) }, 'how it ended is not kept'],
    [
      'ended and not yet restarted',
      { state: 'terminated', reason: 'Completed' },
      'has ended and does not run (Completed)',
    ],
  ])('%s', (_, change, observed) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(observed);
    expect(verdict.look).toContain('kubectl');
  });
});

describe('is inconclusive', () => {
  test('without a pod', () => {
    expect(judgeRestarts(seen(workload({ pods: [] })), window).kind).toBe('inconclusive');
  });

  test('when the API server keeps no time of the restarts', () => {
    const { startedAt: _, ...unstarted } = container({ restartCount: 2, state: 'waiting' });
    const state = workload({ pods: [pod({}, unstarted)] });
    expect(judgeRestarts(seen(state), window).kind).toBe('inconclusive');
  });

  test('unseen', () => expect(judgeRestarts(unseen('timescaledb'), window).kind).toBe('inconclusive'));
});
