import { expect, test } from 'vitest';
import { judgeLogPeriod } from './log-period.ts';
import { migration } from './testing/samples.ts';
import type { Verdict } from './verdict.ts';

const clean: Verdict = {
  kind: 'pass',
  summary: 's',
  expected: 'e',
  observed: 'o',
  findings: [{ subject: 'a log', verdict: 'pass', observed: 'no error' }],
};
const day = (date: number, errors: number) => ({
  from: `2026-11-${date}T03:00:00.000Z`,
  to: `2026-11-${date + 1}T03:00:00.000Z`,
  errors,
});
const period = { from: new Date('2026-11-17T03:00:00Z'), to: new Date('2026-11-24T03:00:00Z') };
const week = (errors: number) => [17, 18, 19, 20, 21, 22, 23].map((date) => day(date, errors));

test('a week within the budget of its days passes, a day beyond its share or not', () => {
  expect(judgeLogPeriod(clean, week(3), period, migration).kind).toBe('pass');
  expect(judgeLogPeriod(clean, [...week(0).slice(1), day(17, 70)], period, migration).kind).toBe('pass');
});

test('more errors than the days’ budget fail', () => {
  const verdict = judgeLogPeriod(clean, [...week(0).slice(1), day(17, 71)], period, migration);
  expect(verdict).toMatchObject({ kind: 'fail' });
  expect(verdict.observed).toContain('71 errors in 7 d, at most 70 allowed');
});

test.each([
  ['the first day', week(0).slice(1), '2026-11-17T03:00:00.000Z to 2026-11-18T03:00:00.000Z'],
  ['a day between', week(0).filter((_, index) => index !== 3), '2026-11-20T03:00:00.000Z to 2026-11-21T03:00:00.000Z'],
  ['the last day', week(0).slice(0, -1), '2026-11-23T03:00:00.000Z to 2026-11-24T03:00:00.000Z'],
  ['all', [], '2026-11-17T03:00:00.000Z to 2026-11-24T03:00:00.000Z'],
])('%s that no run counted is inconclusive', (_, counted, hole) => {
  const verdict = judgeLogPeriod(clean, counted, period, migration);
  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.observed).toContain(hole);
});

test('what the latest logs say counts', () => {
  const findings = [{ subject: 'a log', verdict: 'inconclusive', observed: 'does not reach back' }] as const;
  expect(judgeLogPeriod({ ...clean, kind: 'inconclusive', findings }, week(0), period, migration).kind).toBe(
    'inconclusive',
  );
});
