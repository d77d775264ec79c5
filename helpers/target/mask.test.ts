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

test.each([
  [
    'dial postgres://telemetry:h3x@timescaledb:5432/telemetry: refused',
    'dial postgres://telemetry:***@timescaledb:5432/telemetry: refused',
  ],
  ['host=db user=telemetry password=h3x sslmode=off', 'host=db user=telemetry password=*** sslmode=off'],
  ['level=error msg="auth" sasl.password="h3x y" api_key=h3x', 'level=error msg="auth" sasl.password=*** api_key=***'],
  ['Authorization: Bearer eyJhbGciOi.J9-x_y==', 'Authorization: Bearer ***'],
])('what stands where secrets do is masked, whoever’s it is: %s', (text, masked) => {
  expect(mask(text)).toBe(masked);
});

test.each([
  'password authentication failed for user "telemetry"',
  'http://10.43.0.7:4195/ready answered 503',
  'unexpected token: } at 3',
  'the account may get secrets by name',
])('what only speaks of secrets stays: %s', (text) => {
  expect(mask(text)).toBe(text);
});
