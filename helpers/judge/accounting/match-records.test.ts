import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TopicRecord } from '../../broker/observed.ts';
import { microseconds, recordsWithoutRow } from './match-records.ts';

const start = Date.UTC(2026, 10, 20);
const record = (offset: number, value?: Record<string, unknown>): TopicRecord => ({
  topic: 'energy',
  partition: 0,
  offset,
  at: new Date(start + offset * 1000).toISOString(),
  ...(value === undefined ? { parseError: 'no JSON, 3 bytes' } : { value }),
});
const stamped = (offset: number, nanoseconds = 0) => ({
  ts: `${new Date(start + offset * 1000).toISOString().slice(0, 20)}${String(nanoseconds).padStart(9, '0')}Z`,
});

// Two records within a microsecond have one time in the table: no test of it could tell them apart.
test('whatever is stored and whatever is not: exactly the records without a row are found', () => {
  const stream = fc.array(
    fc.record({ stored: fc.boolean(), nanoseconds: fc.integer({ min: 2_000, max: 999_990_000 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(stream, fc.nat(60), (all, committed) => {
      const records = all.map(({ nanoseconds }, offset) => record(offset, stamped(offset, nanoseconds)));
      const times = all.flatMap(({ stored, nanoseconds }, offset) =>
        stored ? [(start + offset * 1000) * 1000 + Math.round(nanoseconds / 1000)] : [],
      );
      const missing = recordsWithoutRow(records, new Set(times), 'ts', () => committed);
      expect(missing.map(({ offset }) => offset)).toEqual(
        all.flatMap(({ stored }, offset) => (stored ? [] : [offset])),
      );
      for (const one of missing) expect(one.committed).toBe(one.offset < committed);
    }),
  );
});

test('what no sink can map is told apart', () => {
  const missing = recordsWithoutRow(
    [record(1), record(2, { ts: 'soon' }), record(3, stamped(3))],
    new Set(),
    'ts',
    () => 9,
  );
  expect(missing.map(({ unmappable }) => unmappable)).toEqual(['no JSON, 3 bytes', 'its ts is no time', undefined]);
});

test('a group that has committed nothing will not come back to what is older than its rows', () => {
  const rows = new Set([microseconds(stamped(5).ts) ?? 0]);
  const missing = recordsWithoutRow(
    [4, 5, 6].map((offset) => record(offset, stamped(offset))),
    rows,
    'ts',
    () => undefined,
  );
  expect(missing.map(({ offset, committed }) => [offset, committed])).toEqual([
    [4, true],
    [6, false],
  ]);
});

test.each<[unknown, number | undefined]>([
  ['2026-11-20T00:00:00Z', start * 1000],
  ['2026-11-20T00:00:00.0000015Z', start * 1000 + 2],
  ['2026-11-20T01:00:00.25+01:00', start * 1000 + 250_000],
  ['2026-11-20', undefined],
  ['2026-13-20T00:00:00Z', undefined],
  [1_763_596_800, undefined],
  [undefined, undefined],
])('%s is %s', (text, expected) => expect(microseconds(text)).toBe(expected));
