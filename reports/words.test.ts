import { expect, test } from 'vitest';
import { moment, quantity, time } from './words.ts';

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

test('a moment has its zone, and its ISO form for machines and a pointer', () => {
  expect(moment('2026-11-24T04:40:12+01:00')).toBe('2026-11-24 03:40 UTC');
  expect(String(time('2026-11-24T03:40:12.000Z'))).toBe(
    '<time datetime="2026-11-24T03:40:12.000Z" title="2026-11-24T03:40:12.000Z">2026-11-24 03:40 UTC</time>',
  );
});
