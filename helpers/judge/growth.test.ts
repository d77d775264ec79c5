import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RowsOfDay } from '../database/observed.ts';
import { daysSince, judgeGrowth, rowsBand } from './growth.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';
import { windowBetween } from './window.ts';

const day = 86_400;
const cutover = new Date(ago(7.5 * day));
const window = windowBetween(cutover, noon, []);
const days = daysSince(cutover, noon);

/** As many rows as are due in each stream on each day; on day 3 of energy as given. */
function rows(rowCount?: number, isMore = false): RowsOfDay[] {
  return Object.entries(migration.new.streams).flatMap(([stream, { storedEvery }]) =>
    days.map((span, index) => {
      const changed = stream === 'energy' && index === 3 && rowCount !== undefined;
      return changed
        ? { stream, ...span, rowCount, isMore }
        : { stream, ...span, rowCount: day / storedEvery, isMore: false };
    }),
  );
}

test('days are those of 24 hours that are over', () => {
  fc.assert(
    fc.property(fc.integer({ min: -day, max: 40 * day }), (seconds) => {
      const spans = daysSince(new Date(ago(seconds)), noon);
      expect(spans).toHaveLength(Math.max(0, Math.floor(seconds / day)));
      for (const { from, to } of spans) expect(Date.parse(to) - Date.parse(from)).toBe(day * 1000);
      expect(spans.every(({ to }) => Date.parse(to) <= noon.getTime())).toBe(true);
    }),
  );
});

test('the band is the interval’s, on a replica up to its own pace', () => {
  expect(rowsBand({ every: 10, storedEvery: 10 }, { ...migration.limits, rate: 0.3 })).toEqual({
    least: 6048,
    most: 11_232,
  });
  expect(rowsBand({ every: 1, storedEvery: 10 }, { ...migration.limits, rate: 0.3 })).toEqual({
    least: 6048,
    most: 112_320,
  });
});

describe('growth', () => {
  test('as due on every day passes', () => {
    expect(judgeGrowth(seen(...rows()), window, migration)).toMatchObject({
      kind: 'pass',
      summary: expect.stringMatching(/^7 days, .* rows, each stream within its band/),
    });
  });

  test.each<[string, RowsOfDay[], string]>([
    ['too few on one day', rows(6047), '6,047 rows in the day from '],
    ['none on one day', rows(0), '0 rows in the day from '],
    ['too many on one day', rows(11_232, true), 'more than 11,232 rows in the day from '],
  ])('%s fails', (_, counted, words) => {
    const verdict = judgeGrowth(seen(...counted), window, migration);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(`energy_consumption (energy): ${words}`);
    expect(verdict.since).toBe(days[3]?.from);
  });

  test('less is due on a day with a planned outage', () => {
    const [from, to] = [days[3]?.from ?? '', days[3]?.to ?? ''];
    const noon = new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();
    const planned = { ...migration, maintenance: [{ from, to: noon, reason: 'moved house' }] };
    expect(judgeGrowth(seen(...rows(4320)), window, planned).kind).toBe('pass');
    expect(judgeGrowth(seen(...rows(4320)), window, migration).kind).toBe('fail');
  });

  test('before the first day is over is inconclusive, and says when it is', () => {
    const verdict = judgeGrowth(seen(), windowBetween(new Date(ago(3600)), noon, []), migration);
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.observed).toContain(`not over until ${ago(3600 - day)}`);
  });

  test('of a stream that was not seen is inconclusive', () => {
    const part = { seen: rows().filter(({ stream }) => stream !== 'energy'), unseen: unseen('energy').unseen };
    expect(judgeGrowth(part, window, migration).kind).toBe('inconclusive');
  });
});
