import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ago, duration } from './time-words.ts';

test.each([
  [0, '0 s'],
  [0.04, '0.1 s'],
  [0.42, '0.5 s'],
  [3.4, '3.4 s'],
  [9.96, '9.9 s'],
  [12.3, '12 s'],
  [59.6, '59 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [3600, '1 h'],
  [7500, '2 h 5 min'],
  [86_399.9, '23 h 59 min'],
  [7 * 86_400, '7 d'],
  [7_776_000, '90 d'],
  [7_776_001, '90 d 1 s'],
  [400 * 86_400, '400 d'],
])('%d seconds are %s, whatever their sign', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
  expect(duration(-seconds)).toBe(words);
});

test('no duration but 0 reads as none', () => {
  const some = fc.double({ min: Number.MIN_VALUE, max: 1e9, noNaN: true });
  fc.assert(fc.property(some, (seconds) => duration(seconds) !== '0 s'));
});

test('what exceeds a limit below a second never reads as that limit', () => {
  const tenths = fc.integer({ min: 1, max: 9 });
  const more = fc.double({ min: 1e-6, max: 1, noNaN: true });
  fc.assert(fc.property(tenths, more, (limit, by) => duration(limit / 10 + by) !== duration(limit / 10)));
});

const now = new Date('2026-11-24T03:40:00.000Z');

test.each([
  ['2026-11-24T03:39:55.000Z', 'just now'],
  ['2026-11-24T03:39:20.000Z', '40 s ago'],
  ['2026-11-24T03:28:00.000Z', '12 min ago'],
  ['2026-11-23T23:41:00.000Z', '3 h ago'],
  ['2026-11-20T03:40:00.000Z', '4 d ago'],
  ['2025-10-20T03:40:00.000Z', '400 d ago'],
])('%s is %s', (at, words) => {
  expect(ago(at, now)).toBe(words);
});
