import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockOffset } from './clock.ts';

test('a difference below what a Date header can tell is none', () => {
  expect(clockOffset({ sentAt: 1_000_400, receivedAt: 1_000_420, date: 1_000_000 })).toEqual({
    offsetSeconds: 0,
    uncertaintySeconds: 0.51,
  });
});

test('the true offset lies within the uncertainty of what is told', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: 1e12, max: 2e12 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 5000 }),
      (offset, sentAt, there, back) => {
        const date = Math.floor((sentAt + there + offset) / 1000) * 1000;
        const told = clockOffset({ sentAt, receivedAt: sentAt + there + back, date });
        expect(Math.abs(told.offsetSeconds * 1000 - offset)).toBeLessThanOrEqual(told.uncertaintySeconds * 2000);
      },
    ),
  );
});
