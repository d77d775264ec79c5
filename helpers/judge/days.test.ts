import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DayRun, daysOf, judgeDays } from './days.ts';
import type { VerdictKind } from './verdict.ts';

const now = new Date('2026-11-24T06:00:00Z');
const daysAgo = (days: number, time = '05:00:00') =>
  `${new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)}T${time}.000Z`;
const run = (at: string, verdict: VerdictKind = 'pass', coversFrom?: string): DayRun => ({
  at,
  criteria: [
    { id: 'P3.health', gates: true, verdict },
    { id: 'P3.days', gates: true, verdict: 'inconclusive' },
    { id: 'P3.disk', gates: false, verdict: 'fail' },
  ],
  ...(coversFrom === undefined ? {} : { coversFrom }),
});
const asked = { id: 'P3.days', needed: 7, from: daysAgo(6), now };

test('seven days on which all else held are enough', () => {
  const verdict = judgeDays(
    [6, 5, 4, 3, 2, 1, 0].map((days) => run(daysAgo(days))),
    asked,
  );
  expect(verdict).toMatchObject({ kind: 'pass', summary: '7 of 7 days covered' });
});

test('too few are inconclusive, with how many there are and when it will be enough', () => {
  const verdict = judgeDays(
    [2, 1, 0].map((days) => run(daysAgo(days))),
    { ...asked, from: daysAgo(2) },
  );
  expect(verdict).toMatchObject({ kind: 'inconclusive' });
  expect(verdict.observed).toContain('day 3 of 7: on track; enough on 2026-11-28');
});

test('a day on which something failed does not count, be a later run’s evidence as it may', () => {
  const runs = [run(daysAgo(1), 'fail'), run(daysAgo(0), 'pass', daysAgo(3))];
  const days = daysOf(runs, { id: 'P3.days', from: daysAgo(1), now });
  expect(days.map(({ state }) => state)).toEqual(['failed', 'covered']);
  expect(days[0]?.words).toContain('P3.health');
});

test('a run later on the same day makes up for one that failed', () => {
  const runs = [run(daysAgo(0, '02:00:00'), 'fail'), run(daysAgo(0))];
  expect(daysOf(runs, { id: 'P3.days', from: daysAgo(0), now })[0]?.state).toBe('covered');
});

test('a missed day is covered by a later run whose evidence reaches back before it began', () => {
  const covered = [run(daysAgo(0), 'pass', daysAgo(2, '05:00:00'))];
  expect(daysOf(covered, { id: 'P3.days', from: daysAgo(1), now })[0]?.state).toBe('covered');
  const tooLate = [run(daysAgo(0), 'pass', daysAgo(1, '00:00:01'))];
  expect(daysOf(tooLate, { id: 'P3.days', from: daysAgo(1), now })[0]?.state).toBe('missed');
});

test.each([
  ['no run', []],
  ['a run in which nothing was judged', [{ at: daysAgo(0), criteria: [] }]],
  ['a run in which all was waived', [run(daysAgo(0), 'waived')]],
])('%s covers no day', (_, runs: readonly DayRun[]) => {
  expect(judgeDays(runs, { ...asked, needed: 1, from: daysAgo(0) }).kind).toBe('inconclusive');
});

test('without any run there is nothing to count from: inconclusive', () => {
  expect(judgeDays([], { ...asked, from: undefined }).kind).toBe('inconclusive');
});

test('it passes exactly when enough days are covered, and no order of the runs changes that', () => {
  const runs = fc.array(
    fc.record({
      days: fc.integer({ min: 0, max: 13 }),
      kind: fc.constantFrom<VerdictKind>('pass', 'fail', 'inconclusive'),
    }),
  );
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 10 }), (drawn, needed) => {
      const all = drawn.map(({ days, kind }) => run(daysAgo(days), kind));
      const question = { ...asked, needed, from: daysAgo(13) };
      const covered = new Set(drawn.filter(({ kind }) => kind === 'pass').map(({ days }) => days)).size;
      expect(judgeDays(all, question).kind).toBe(covered >= needed ? 'pass' : 'inconclusive');
      expect(daysOf(all.toReversed(), question)).toEqual(
        daysOf(all, question).map((day) => expect.objectContaining({ date: day.date, state: day.state })),
      );
    }),
  );
});
