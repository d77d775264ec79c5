import { expect, test } from 'vitest';
import { humanDuration } from './duration.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// The cases of duration_test.go in apimachinery.
test.each([
  [second, '1s'],
  [70 * second, '70s'],
  [190 * second, '3m10s'],
  [70 * minute, '70m'],
  [47 * hour, '47h'],
  [49 * hour, '2d1h'],
  [(8 * 24 + 2) * hour, '8d'],
  [367 * day, '367d'],
  [(365 * 2 + 25) * day, '2y25d'],
  [(365 * 8 + 2) * day, '8y'],
  [-2 * second, '<invalid>'],
  [-1 * second, '0s'],
  [2 * minute, '2m'],
  [3 * hour, '3h'],
  [8 * hour, '8h'],
  [2 * day, '2d'],
])('%d ms read %s', (milliseconds, expected) => {
  expect(humanDuration(milliseconds)).toBe(expected);
});
