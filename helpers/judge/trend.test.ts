import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysUntil, trendOf } from './trend.ts';

const dayMs = 86_400_000;
const start = Date.parse('2026-11-17T03:00:00Z');
const line = (perDay: number, from: number, days: readonly number[]) =>
  days.map((day) => ({ at: new Date(start + day * dayMs).toISOString(), value: from + perDay * day }));

test('a line is found again, wherever it lies', () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 1e9 }), days, (perDay, from, at) => {
      const trend = trendOf(line(perDay, from, at));
      if (Math.max(...at) - Math.min(...at) < 2) expect(trend).toBeUndefined();
      else expect(trend?.perDay).toBeCloseTo(perDay, 2);
    }),
  );
});

test.each([
  ['no point', []],
  ['two points', line(1, 0, [0, 7])],
  ['many within a day', line(1, 0, [0, 0.1, 0.2, 0.3, 0.9])],
])('%s: no trend', (_, points) => {
  expect(trendOf(points)).toBeUndefined();
});

test.each([
  ['a value that grows', 10, 50, 100, 5],
  ['one that stands still', 0, 50, 100, undefined],
  ['one that shrinks', -10, 50, 100, undefined],
  ['one that is there already, be it shrinking', -10, 100, 100, 0],
])('%s reaches its limit when it does', (_, perDay, value, limit, days) => {
  expect(daysUntil({ perDay, days: 7 }, value, limit)).toBe(days);
});
