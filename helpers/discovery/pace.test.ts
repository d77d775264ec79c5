import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration } from '../config/duration.ts';
import { durationText, freshnessSeconds, paceOf } from './pace.ts';

const every = (seconds: number, count: number) => Array.from({ length: count }, (_, index) => index * seconds * 1000);

test('the median of the gaps, whatever the order, and the longest of them', () => {
  const times = [...every(30, 20), 20 * 30_000 + 600_000].reverse();
  expect(paceOf(times)).toEqual({ records: 21, everySeconds: 30, longestGapSeconds: 630 });
});

test.each([[[]], [[1]], [every(10, 5)], [[1, 1, 1, 1, 1, 1, 1]]])('of too few there is none: %j', (times) => {
  expect(paceOf(times)).toBeUndefined();
});

test('freshness is four times the longest gap, and five minutes at least', () => {
  expect(freshnessSeconds({ records: 9, everySeconds: 10, longestGapSeconds: 12 })).toBe(300);
  expect(freshnessSeconds({ records: 9, everySeconds: 900, longestGapSeconds: 1000 })).toBe(67 * 60);
});

test('what is written is read back as the same, within 2 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e8, noNaN: true }), (seconds) => {
      const back = duration.parse(durationText(seconds));
      expect(Math.abs(back - seconds)).toBeLessThanOrEqual(Math.max(seconds * 0.1, 0.001));
    }),
  );
  expect([0.33, 1.001, 10.2, 29.9, 301, 900, 3601, 7_776_000].map(durationText)).toEqual([
    '330ms',
    '1s',
    '10s',
    '30s',
    '5m',
    '15m',
    '1h',
    '90d',
  ]);
});
