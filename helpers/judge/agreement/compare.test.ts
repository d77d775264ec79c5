import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NearRow, OldSample, Value } from '../../database/observed.ts';
import { agrees, bestMatch, type ColumnPair } from './compare.ts';

const exact = { absolute: 0, relative: 0, rounding: 0 };
const whole = { ...exact, rounding: 1 };

describe('two values agree', () => {
  test('a float and what it was rounded to, whichever way halves go', () => {
    fc.assert(
      fc.property(fc.double({ min: -30_000, max: 30_000, noNaN: true }), (value) => {
        for (const rounded of [Math.round(value), Math.sign(value) * Math.round(Math.abs(value))]) {
          expect(agrees(value, rounded, whole)).toBe(true);
        }
        expect(agrees(value, Math.round(value) + 2, whole)).toBe(false);
      }),
    );
  });

  test.each<[Value, Value, typeof exact, boolean]>([
    [3.5, 4, whole, true],
    [3.5, 3, whole, true],
    [3.5, 5, whole, false],
    [20.1, 20.1, exact, true],
    [20.1, 20.2, exact, false],
    [100, 109, { ...exact, relative: 0.1 }, true],
    [100, 111, { ...exact, relative: 0.1 }, false],
    [100, 111.4, { absolute: 1, relative: 0.1, rounding: 1 }, true],
    [0.1 + 0.2, 0.3, exact, true],
    [-5, 5, { ...exact, absolute: 9 }, false],
    [true, 1, exact, true],
    [false, true, exact, false],
    ['indoor', 'indoor', exact, true],
    ['indoor', 'outdoor', { ...exact, absolute: 1e9 }, false],
    [null, null, exact, true],
    [null, 0, whole, false],
    [0, null, whole, false],
    [Number.NaN, Number.NaN, exact, true],
    [Number.NaN, 1, { ...exact, absolute: 1e9 }, false],
  ])('%s and %s within %o: %s', (old, value, tolerance, expected) => {
    expect(agrees(old, value, tolerance)).toBe(expected);
  });
});

describe('the message that a sample was taken from', () => {
  const columns: ColumnPair[] = ['a', 'b'].map((name) => ({ old: name, new: name, tolerance: whole }));
  const sample: OldSample = { exactTime: '', timeMs: 1000, values: [3.4, 7.2] };
  const row = (timeMs: number, ...values: Value[]): NearRow => ({ sample: 0, timeMs, values });

  test('is the nearest of those that agree', () => {
    const nearest = row(1500, 3, 7);
    expect(bestMatch(sample, [row(100, 3, 7), nearest, row(900, 9, 9)], columns)).toEqual({
      row: nearest,
      differing: [],
    });
  });

  test('is else the one that differs least', () => {
    const close = row(100, 3, 99);
    expect(bestMatch(sample, [row(1000, 50, 50), close], columns)).toEqual({ row: close, differing: [1] });
  });

  test('is none without rows', () => expect(bestMatch(sample, [], columns)).toBeUndefined());
});
