import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { mask, registerSecret, Secret } from './mask.ts';

test('a secret does not print, whatever prints it', () => {
  const secret = new Secret('correct-horse');
  for (const text of [`${secret}`, String(secret), JSON.stringify({ secret }), inspect({ secret }), inspect(secret)]) {
    expect(text).toContain('***');
    expect(text).not.toContain('correct-horse');
  }
  expect(secret.reveal()).toBe('correct-horse');
});

test('registered secrets are masked in text: plain, base64, in a URL', () => {
  const value = 'p@ss/word:1';
  new Secret(value);
  const text = `dsn=postgres://u:${encodeURIComponent(value)}@db ${value} ${Buffer.from(value).toString('base64')}`;
  expect(mask(text)).toBe('dsn=postgres://u:***@db *** ***');
});

test('of two secrets, one within the other, both are gone', () => {
  registerSecret('inner-secret');
  registerSecret('the-inner-secret-whole');
  expect(mask('a the-inner-secret-whole b inner-secret c')).toBe('a *** b *** c');
});

test('what is too short to be a secret tears no holes into text', () => {
  registerSecret('');
  registerSecret('abc');
  expect(mask('abc abstract')).toBe('abc abstract');
});
