import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NearRow, OldSample } from '../../database/observed.ts';
import type { Span } from '../window.ts';
import { bestMatch, type ColumnPair } from './compare.ts';
import { Tally } from './tally.ts';

const start = Date.UTC(2026, 10, 20);
const minuteMs = 60_000;
const columns: ColumnPair[] = [
  { old: 'power', new: 'power', tolerance: { absolute: 0, relative: 0, rounding: 1 } },
  { old: 'on', new: 'on', tolerance: { absolute: 0, relative: 0, rounding: 0 } },
];
const span = (minutes: number, from = 0): Span => ({
  from: new Date(start + from * minuteMs).toISOString(),
  to: new Date(start + (from + minutes) * minuteMs).toISOString(),
});

function tally(spans: readonly Span[] = [span(60)]) {
  return new Tally({ columns, spans, bucketSeconds: 900, everySeconds: 60 });
}

function pair(minute: number, old: number, current: number | undefined): [OldSample, NearRow | undefined] {
  const timeMs = start + minute * minuteMs;
  const row = current === undefined ? undefined : { sample: 0, timeMs: timeMs + 400, values: [current, true] };
  return [{ exactTime: '', timeMs, values: [old, true] }, row];
}

function compared(values: readonly { old: number; new: number | undefined }[]) {
  const counts = tally([span(values.length)]);
  values.forEach((value, minute) => {
    const [sample, row] = pair(minute, value.old, value.new);
    counts.add(sample, row && bestMatch(sample, [row], columns));
  });
  return counts.result();
}

const readings = fc.array(fc.double({ min: -5000, max: 5000, noNaN: true }), { minLength: 1, maxLength: 120 });

describe('whatever was measured', () => {
  test('what the new system only rounded agrees in every bucket', () => {
    fc.assert(
      fc.property(readings, (values) => {
        const { columns: counted, comparedCount } = compared(values.map((old) => ({ old, new: Math.round(old) })));
        expect(comparedCount).toBe(values.length);
        expect(counted.map(({ differingCount }) => differingCount)).toEqual([0, 0]);
      }),
    );
  });

  test('a shift beyond the tolerance differs in every sample of its stretch, and in no bucket beside it', () => {
    fc.assert(
      fc.property(
        readings,
        fc.nat(),
        fc.nat(),
        fc.double({ min: 1.001, max: 1e4, noNaN: true }),
        (values, a, b, by) => {
          const [from, to] = [a % values.length, b % (values.length + 1)].sort((x, y) => x - y) as [number, number];
          const shifted = values.map((old, at) => ({
            old,
            new: Math.round(old) + (at >= from && at < to ? Math.ceil(by) : 0),
          }));
          const [power] = compared(shifted).columns;
          expect(power?.differingCount).toBe(to - from);
          for (const bucket of power?.buckets ?? []) {
            const minute = (Date.parse(bucket.from) - start) / minuteMs;
            expect(minute + 15).toBeGreaterThan(from);
            expect(minute).toBeLessThan(to);
            expect(bucket.differingCount).toBeLessThanOrEqual(bucket.comparedCount);
          }
        },
      ),
    );
  });

  test('what is missing is never compared, and is covered as far as its neighbours reach', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 120 }), (there) => {
        const counts = compared(there.map((has) => ({ old: 1, new: has ? 1 : undefined })));
        expect(counts.sampleCount).toBe(there.length);
        expect(counts.comparedCount).toBe(there.filter(Boolean).length);
        expect(counts.unsampledSeconds).toBe(0);
        expect(counts.uncomparedSeconds).toBeLessThanOrEqual(60 * there.filter((has) => !has).length);
        if (counts.comparedCount === 0) expect(counts.uncomparedSeconds).toBe(counts.seconds);
      }),
    );
  });
});

test('the pair that lies farthest apart stands for its bucket', () => {
  const { columns: counted } = compared([
    { old: 1, new: 5 },
    { old: 2, new: 90 },
    { old: 3, new: 7 },
  ]);
  expect(counted[0]?.buckets).toEqual([
    {
      from: '2026-11-20T00:00:00.000Z',
      comparedCount: 3,
      differingCount: 3,
      worst: { oldAt: '2026-11-20T00:01:00.000Z', old: 2, newAt: '2026-11-20T00:01:00.400Z', new: 90 },
    },
  ]);
});

describe('time that is not covered', () => {
  const add = (counts: Tally, ...minutes: number[]) => {
    for (const minute of minutes) {
      const [sample, row] = pair(minute, 1, 1);
      counts.add(sample, row && bestMatch(sample, [row], columns));
    }
    return counts.result();
  };

  test('is a gap less what the samples at its ends cover', () => {
    expect(
      add(tally(), ...Array.from({ length: 20 }, (_, minute) => minute), ...[50, 51, 52, 53, 54, 55, 56, 57, 58, 59]),
    ).toMatchObject({
      seconds: 3600,
      uncomparedSeconds: (50 - 19 - 2) * 60,
      longestUncompared: { from: '2026-11-20T00:20:00.000Z', to: '2026-11-20T00:49:00.000Z' },
    });
  });

  test('counts at both ends', () => {
    expect(add(tally(), 30).uncomparedSeconds).toBe(29 * 60 + 29 * 60);
  });

  test('does not count where a planned outage was taken out', () => {
    const spans = [span(20), span(20, 40)];
    const minutes = [
      ...Array.from({ length: 20 }, (_, minute) => minute),
      ...Array.from({ length: 20 }, (_, at) => 40 + at),
    ];
    expect(add(tally(spans), ...minutes)).toMatchObject({ seconds: 2400, uncomparedSeconds: 0 });
    expect(add(tally(spans), ...minutes.slice(0, 20)).uncomparedSeconds).toBe(1200);
  });

  test('is all of it without a sample', () => {
    expect(tally().result()).toMatchObject({ sampleCount: 0, unsampledSeconds: 3600, uncomparedSeconds: 3600 });
  });
});
