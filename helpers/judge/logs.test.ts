import { describe, expect, test } from 'vitest';
import type { ContainerLog } from '../cluster/observed.ts';
import { budgetOf, countErrors, judgeLogBudget, judgeLogs } from './logs.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';
import { windowBefore } from './window.ts';

const window = windowBefore(noon, 3600, []);
const error = (seconds: number, message = 'Failed to send message to kafka: EOF') => ({
  at: ago(seconds),
  level: 'error' as const,
  message,
  line: `level=error msg="${message}" stream=energy`,
});
const log = (change: Partial<ContainerLog> = {}): ContainerLog => ({
  namespace: 'mqtt-kafka-bridge',
  pod: 'bridge-1',
  container: 'connect',
  previous: false,
  windowStart: window.from,
  reachesBack: true,
  lineCount: 12,
  errors: [],
  errorCount: 0,
  ...change,
});
const allowing = (match: string, namespace?: string) => ({
  ...migration,
  logs: { ...migration.logs, allow: [{ match, reason: 'known', ...(namespace === undefined ? {} : { namespace }) }] },
});

test('no error passes', () => {
  expect(judgeLogs(seen(log(), log({ pod: 'b' })), window, migration)).toMatchObject({
    kind: 'pass',
    summary: '2 logs, 24 lines within 1 h, no error',
  });
});

test('an error fails, with the first of them, when it came and the command that shows it', () => {
  const verdict = judgeLogs(seen(log({ errors: [error(600), error(60)], errorCount: 2 })), window, migration);
  expect(verdict).toMatchObject({
    kind: 'fail',
    observed: `mqtt-kafka-bridge/bridge-1/connect: 2 errors, first at ${ago(600)}: Failed to send message to kafka: EOF`,
    since: ago(600),
  });
  expect(verdict.look).toMatch(/^kubectl logs bridge-1 -n mqtt-kafka-bridge -c connect --since-time=/);
});

test('an error of the previous run fails, and is looked for there', () => {
  const verdict = judgeLogs(seen(log({ previous: true, errors: [error(60)], errorCount: 1 })), window, migration);
  expect(verdict.observed).toContain('(previous run)');
  expect(verdict.look).toContain('--previous');
});

describe('an error is excused', () => {
  const noisy = log({ errors: [error(600)], errorCount: 1 });

  test('by the allow-list, and told', () => {
    const flood = log({ pod: 'b', errors: [error(60)], errorCount: 70 });
    expect(judgeLogs(seen(noisy, flood), window, allowing('kafka: EOF'))).toMatchObject({
      kind: 'pass',
      summary: '2 logs, 24 lines within 1 h, 71 errors that are allowed or in planned maintenance',
    });
  });

  test('but not by an entry for another namespace', () => {
    expect(judgeLogs(seen(noisy), window, allowing('kafka: EOF', 'timescaledb')).kind).toBe('fail');
  });

  test('by planned maintenance, which is shown', () => {
    const planned = windowBefore(noon, 3600, [{ from: ago(700), to: ago(500), reason: 'disk swapped' }]);
    const verdict = judgeLogs(seen(noisy), planned, migration);
    expect(verdict.kind).toBe('pass');
    expect(verdict.expected).toContain('disk swapped');
  });

  test('but with errors that are not listed, whether they all fell into maintenance is not known', () => {
    const planned = windowBefore(noon, 3600, [{ from: ago(700), to: ago(500), reason: 'disk swapped' }]);
    expect(judgeLogs(seen({ ...noisy, errorCount: 80 }), planned, migration).kind).toBe('inconclusive');
  });
});

describe('is inconclusive', () => {
  test('when the log does not reach back, though what there is of it is clean', () => {
    const short = log({ reachesBack: false, reachNote: 'rotated', oldestLineAt: ago(300) });
    const verdict = judgeLogs(seen(short, log()), window, migration);
    expect(verdict).toMatchObject({
      kind: 'inconclusive',
      observed: expect.stringContaining('rotated'),
      hint: expect.stringContaining('Verify again'),
    });
  });

  test('when there is no log at all', () =>
    expect(judgeLogs(seen<ContainerLog>(), window, migration).kind).toBe('inconclusive'));

  test('unseen', () => expect(judgeLogs(unseen('bridge'), window, migration).kind).toBe('inconclusive'));
});

test('an error in a log that does not reach back fails', () => {
  const short = log({ reachesBack: false, errors: [error(60)], errorCount: 1 });
  expect(judgeLogs(seen(short), window, migration).kind).toBe('fail');
});

describe('the error budget of a day', () => {
  const errors = (amount: number) =>
    log({ errors: Array.from({ length: amount }, (_, index) => error(60 + index)), errorCount: amount });
  const { budgetPerDay } = migration.logs;

  test('is what a day may bring, and as much for less than a day', () => {
    expect(judgeLogBudget(seen(errors(budgetPerDay)), window, migration).kind).toBe('pass');
    expect(judgeLogBudget(seen(errors(budgetPerDay + 1)), window, migration).kind).toBe('fail');
    expect(budgetOf({ ...window, seconds: 60 }, migration)).toBe(budgetPerDay);
    expect(budgetOf({ ...window, seconds: 7 * 86_400 }, migration)).toBe(7 * budgetPerDay);
  });

  test('is of all containers together', () => {
    const half = Math.floor(budgetPerDay / 2) + 1;
    expect(judgeLogBudget(seen(errors(half), errors(half)), window, migration).kind).toBe('fail');
  });

  test('counts errors of a flood that were not listed one by one', () => {
    const flood = log({ errors: [error(60)], errorCount: 500 });
    expect(countErrors(seen(flood), window, migration)).toBe(500);
    expect(judgeLogBudget(seen(flood), window, migration).kind).toBe('fail');
  });

  test('counts nothing of a flood that is allowed', () => {
    const flood = log({ errors: [error(60)], errorCount: 500 });
    expect(countErrors(seen(flood), window, allowing('kafka: EOF'))).toBe(0);
  });

  test('excuses no log that does not reach back', () => {
    const short = log({ reachesBack: false, errors: [error(60)], errorCount: 1 });
    expect(judgeLogBudget(seen(short), window, migration).kind).toBe('inconclusive');
    const silent = log({ reachesBack: false });
    expect(judgeLogBudget(seen(silent), window, migration).kind).toBe('inconclusive');
  });
});
