import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

test('a slip of the finger finds the name that was meant', () => {
  expect(nearest('freshnes', ['every', 'freshness', 'maxLag'])).toBe('freshness');
  expect(didYouMean('embeded', ['embedded', 'k3d', 'live'])).toBe('; did you mean "embedded"?');
});

test('nothing is proposed that is not near', () => {
  expect(nearest('colour', ['every', 'freshness', 'maxLag'])).toBeUndefined();
  expect(nearest('a', [])).toBeUndefined();
  expect(didYouMean('colour', ['every'])).toBe('');
});
