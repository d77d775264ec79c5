import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeDuplicates } from './duplicates.ts';
import { migration, seen, unseen, windowRows } from './testing/samples.ts';
import { judgeValues } from './values.ts';

describe('duplicates', () => {
  const judge = (rowCount: number, duplicateCount: number) =>
    judgeDuplicates(seen(windowRows('energy', { rowCount, duplicateCount })), migration);

  test('stay under the declared share, or fail', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(200), (rowCount, duplicates) => {
        const kind = duplicates > 0 && duplicates / rowCount >= 0.001 ? 'fail' : 'pass';
        expect(judge(rowCount, duplicates).kind).toBe(kind);
      }),
    );
  });

  test('fail in numbers', () => {
    expect(judge(360, 18)).toMatchObject({
      kind: 'fail',
      observed: 'energy_consumption (energy): 18 of 360 rows stored twice (5 %)',
      look: expect.stringContaining('HAVING count(*) > 1'),
    });
  });

  test('are summed over a window that maintenance cut', () => {
    const parts = [
      windowRows('energy', { rowCount: 1000, duplicateCount: 1 }),
      windowRows('energy', { rowCount: 9000 }),
    ];
    expect(judgeDuplicates(seen(...parts), migration).kind).toBe('pass');
  });

  test('of no row at all are inconclusive, beside a stream with rows they are not', () => {
    expect(judge(0, 0).kind).toBe('inconclusive');
    const both = seen(windowRows('temperature-indoor', { rowCount: 0 }), windowRows('energy'));
    expect(judgeDuplicates(both, migration).kind).toBe('pass');
    expect(judgeDuplicates(unseen('energy'), migration).kind).toBe('inconclusive');
  });
});

describe('values', () => {
  const energy = windowRows('energy');
  const judge = (column: string, change: object, rowCount = 120) =>
    judgeValues(
      seen({
        ...energy,
        rowCount,
        columns: energy.columns.map((range) => (range.column === column ? { column, nullCount: 0, ...change } : range)),
      }),
      migration,
    );

  test('filled and in range pass', () => expect(judge('voltage_l1', { min: 180, max: 270 }).kind).toBe('pass'));

  test('filled now and then is filled', () => {
    expect(judge('voltage_l1', { nullCount: 119, min: 230, max: 230 }).kind).toBe('pass');
  });

  test.each([
    ['always null', { nullCount: 120 }, 'null in all 120 rows of the window'],
    ['too low', { min: 12, max: 230 }, 'as low as 12, range 180 to 270'],
    ['too high', { min: 230, max: 2300 }, 'as high as 2300, range 180 to 270'],
    ['not a number', { min: 230, max: Number.POSITIVE_INFINITY }, 'as high as Infinity'],
  ])('%s fails', (_, change, observed) => {
    const verdict = judge('voltage_l1', change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(`energy_consumption.voltage_l1 (energy): ${observed}`);
  });

  test('a column without a range need only be filled', () => {
    const heatpump = windowRows('heatpump', { columns: [{ column: 'compressor_on', nullCount: 0 }] });
    const [finding] = judgeValues(seen(heatpump), migration).findings.filter(({ subject }) =>
      subject.includes('compressor_on'),
    );
    expect(finding).toBeUndefined();
  });

  test('null in a row or two is too few to judge', () => {
    expect(judge('voltage_l1', { nullCount: 2 }, 2).kind).toBe('pass');
    expect(judge('voltage_l1', { nullCount: 3 }, 3).kind).toBe('fail');
  });

  test('a stream without a row is not counted among those that are filled', () => {
    const both = seen(windowRows('temperature-indoor', { rowCount: 0 }), energy);
    expect(judgeValues(both, migration)).toMatchObject({
      kind: 'pass',
      summary: '1 stream, every declared column filled and in range; 1 without a row',
    });
  });

  test('no row, or unseen, is inconclusive', () => {
    expect(judgeValues(seen(windowRows('energy', { rowCount: 0 })), migration).kind).toBe('inconclusive');
    expect(judgeValues(unseen('energy'), migration).kind).toBe('inconclusive');
  });
});
