import { expect, test } from 'vitest';
import type { ContainerState } from '../observed.ts';
import { runsWithin } from './runs.ts';

const windowStart = new Date('2026-11-24T02:00:00Z');
const container: ContainerState = {
  name: 'c',
  image: 'i',
  ready: true,
  restartCount: 0,
  state: 'running',
  startedAt: '2026-11-24T02:30:00Z',
};
const died = (finishedAt: string) => ({ reason: 'Error', exitCode: 1, startedAt: '2026-11-24T01:00:00Z', finishedAt });

test('the previous run counts when it ended within the window', () => {
  expect(
    runsWithin({ ...container, lastTermination: died('2026-11-24T02:29:00Z') }, windowStart).map((run) => run.previous),
  ).toEqual([true, false]);
  expect(
    runsWithin({ ...container, lastTermination: died('2026-11-24T01:59:00Z') }, windowStart).map((run) => run.previous),
  ).toEqual([false]);
});

test('a container that waits to be started again has only a previous run', () => {
  const { startedAt: _, ...waiting } = {
    ...container,
    state: 'waiting' as const,
    lastTermination: died('2026-11-24T02:29:00Z'),
  };
  expect(runsWithin(waiting, windowStart).map((run) => run.previous)).toEqual([true]);
});

test('a container that never ran has none', () => {
  expect(runsWithin({ ...container, state: 'waiting' }, windowStart)).toEqual([]);
});

test('an init container that ended before the window has none', () => {
  expect(runsWithin({ ...container, state: 'terminated', finishedAt: '2026-11-24T01:30:00Z' }, windowStart)).toEqual(
    [],
  );
});
