import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  ['500ms', 0.5],
  ['30s', 30],
  ['5m', 300],
  ['1.5h', 5400],
  ['90d', 7_776_000],
  ['2w', 1_209_600],
])('%s is %d seconds', (text, seconds) => {
  expect(duration.parse(text)).toBe(seconds);
});

test.each(['5', 'm', '-5m', '5 m', '5m30s', '1y', '', '5M'])('%j is no duration', (text) => {
  expect(duration.safeParse(text).success).toBe(false);
});
