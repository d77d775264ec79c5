import { expect, test } from 'vitest';
import { ago, moment, quantity, seconds, time } from './words.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
  [312_000, '312 k'],
  [1_234_567, '1.2 M'],
  [-1_234_567, '-1.2 M'],
])('%d is %s', (amount, words) => {
  expect(quantity(amount)).toBe(words);
});

test.each([
  [0, '0 s'],
  [0.04, '0 s'],
  [0.42, '0.4 s'],
  [3.4, '3.4 s'],
  [9.96, '10 s'],
  [12, '12 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [86_399.9, '1 d'],
  [7 * 86_400, '7 d'],
])('%d seconds are %s', (amount, words) => {
  expect(seconds(amount)).toBe(words);
});

const now = new Date('2026-11-24T03:40:00.000Z');

test.each([
  ['2026-11-24T03:39:55.000Z', 'just now'],
  ['2026-11-24T03:28:00.000Z', '12 min ago'],
  ['2026-11-23T23:41:00.000Z', '3 h ago'],
  ['2026-11-20T03:40:00.000Z', '4 d ago'],
])('%s is %s', (at, words) => {
  expect(ago(at, now)).toBe(words);
});

test('a moment has its zone, and its ISO form for machines and a pointer', () => {
  expect(moment('2026-11-24T04:40:12+01:00')).toBe('2026-11-24 03:40 UTC');
  expect(String(time('2026-11-24T03:40:12.000Z'))).toBe(
    '<time datetime="2026-11-24T03:40:12.000Z" title="2026-11-24T03:40:12.000Z">2026-11-24 03:40 UTC</time>',
  );
});
