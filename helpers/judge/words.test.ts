import { expect, test } from 'vitest';
import { age, count, countOf, foundInstead, list, percent, shorten } from './words.ts';

test('an age below zero is ahead of the clock', () => {
  expect(age(-90)).toBe('1 min 30 s ahead of the clock');
  expect(age(90)).toBe('1 min 30 s old');
});

test('counts carry their noun', () => {
  expect(count(1, 'record')).toBe('1 record');
  expect(count(11_117, 'row')).toBe('11,117 rows');
  expect(count(2, 'entry', 'entries')).toBe('2 entries');
  expect(countOf(18, 10_000, 'sample')).toBe('18 of 10,000 samples');
});

test('shares keep what matters', () => {
  expect(percent(0.001)).toBe('0.1 %');
  expect(percent(0.3)).toBe('30 %');
  expect(percent(1 / 24)).toBe('4.17 %');
});

test('lists end in words', () => {
  expect(list(['a'])).toBe('a');
  expect(list(['a', 'b', 'c'])).toBe('a, b and c');
  expect(list(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(foundInstead([])).toBe('');
});

test('a long line is cut', () => {
  expect(shorten('a\n b')).toBe('a b');
  expect(shorten('x'.repeat(300))).toHaveLength(200);
});
