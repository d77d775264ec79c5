import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gap, StreamGaps } from '../database/observed.ts';
import { type AttributedGap, beginningOf, countedGaps, gapWords, judgeContinuity } from './continuity.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';
import { windowBefore } from './window.ts';

const week = 7 * 86_400;
const streams = Object.keys(migration.new.streams);
const judged = windowBefore(noon, week, []);

/** Every stream of the configuration, with these gaps in one of them. */
function observed(stream: string, gaps: readonly Gap[], change: Partial<StreamGaps> = {}): StreamGaps[] {
  return streams.map((name) => ({
    stream: name,
    database: 'telemetry',
    table: migration.new.streams[name]?.rows.table ?? '',
    from: judged.from,
    to: judged.to,
    limitSeconds: migration.new.streams[name]?.maxGap ?? 0,
    oldestAt: ago(8 * 86_400),
    firstAt: judged.from,
    newestAt: ago(5),
    gaps: name === stream ? gaps : [],
    ...(name === stream ? change : {}),
  }));
}

/** From so many seconds before noon, so many seconds long. */
const gap = (from: number, seconds: number): Gap => ({ from: ago(from), to: ago(from - seconds) });
const outage = (from: number, seconds: number) => ({ ...gap(from, seconds), reason: 'disk swapped' });
const judge = (gaps: readonly AttributedGap[], states = observed('energy', [])) =>
  judgeContinuity(seen(...states), gaps, judged, migration);

describe('a gap counts', () => {
  test('with its length, and the rows that were due in it', () => {
    const [counted] = countedGaps(observed('energy', [gap(5000, 1200)]), migration);
    expect(counted).toMatchObject({
      stream: 'energy',
      ...gap(5000, 1200),
      seconds: 1200,
      missingRows: 119,
      open: false,
    });
  });

  test('up to the end of what was looked at, where the next row is due as well', () => {
    const [counted] = countedGaps(observed('energy', [gap(1200, 1200)]), migration);
    expect(counted).toMatchObject({ open: true, missingRows: 120 });
    expect(counted && gapWords(counted)).toBe(`20 min, from ${ago(1200)} to ${ago(0)}, where the window ends`);
  });

  test('by life’s own interval, whatever pace a replica has', () => {
    const energy = migration.new.streams.energy;
    if (energy === undefined) throw new Error('no energy');
    const fast = {
      ...migration,
      new: { ...migration.new, streams: { energy: { ...energy, every: 1, freshness: 10 } } },
    };
    expect(countedGaps(observed('energy', [gap(5000, 1200)]), fast)[0]?.missingRows).toBe(119);
  });

  test('if and only if more of it than the limit was not planned', () => {
    const limit = migration.new.streams.energy?.maxGap ?? 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 3000, max: 5000 }),
        fc.integer({ min: limit + 1, max: 2000 }),
        fc.array(fc.tuple(fc.integer({ min: 500, max: 6000 }), fc.integer({ min: 1, max: 1500 })), { maxLength: 3 }),
        (from, seconds, planned) => {
          const maintenance = planned.map(([at, length]) => outage(at, length));
          const counted = countedGaps(observed('energy', [gap(from, seconds)]), { ...migration, maintenance });
          const within = (second: number) => planned.some(([at, length]) => at >= second && second > at - length);
          const left = Array.from({ length: seconds }, (_, index) => from - index).filter((second) => !within(second));
          expect(counted).toHaveLength(left.length > limit ? 1 : 0);
          if (counted[0]) expect(counted[0].seconds).toBe(left.length);
        },
      ),
    );
  });

  test('only from the system’s beginning on', () => {
    const state = observed('energy', [gap(week, week - 1000)]);
    expect(countedGaps(state, migration, { since: ago(1000) })).toEqual([]);
    expect(countedGaps(state, migration, { since: ago(2000) })).toMatchObject([{ ...gap(2000, 1000), seconds: 1000 }]);
  });
});

test('the system began with its first row of all', () => {
  expect(beginningOf(observed('heatpump', [], { oldestAt: ago(9 * 86_400) }))).toBe(ago(9 * 86_400));
  expect(beginningOf([])).toBeUndefined();
});

describe('the verdict', () => {
  test('passes when every stream was seen to come without a gap', () => {
    expect(judge([])).toMatchObject({ kind: 'pass', summary: '4 streams without a gap in 7 d' });
  });

  test('fails by a gap, with start, end, missing rows and the hop', () => {
    const attribution = { hop: 'sink', cause: 'sink-down', words: 'sink down (restarted)', evidence: [] } as const;
    const gaps = countedGaps(observed('energy', [gap(5000, 1200)]), migration).map((one) => ({ ...one, attribution }));
    const verdict = judge(gaps);
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(5000) });
    expect(verdict.observed).toBe(
      `energy (energy_consumption): no row for 20 min, from ${ago(5000)} to ${ago(3800)}, limit 5 min: some 119 rows missing; sink down (restarted)`,
    );
    expect(verdict.look).toMatch(/^kubectl exec -n timescaledb .*energy_consumption WHERE time BETWEEN/);
  });

  test('shows what was planned', () => {
    const planned = { ...migration, maintenance: [outage(5000, 1200)] };
    const states = observed('energy', [gap(5010, 1220)]);
    const window = windowBefore(noon, week, planned.maintenance);
    const verdict = judgeContinuity(seen(...states), countedGaps(states, planned), window, planned);
    expect(verdict.kind).toBe('pass');
    expect(verdict.expected).toContain('planned maintenance taken out');
    expect(verdict.findings.map(({ observed }) => observed).join()).toContain(
      '1 pause in planned maintenance taken out',
    );
  });

  test('is inconclusive when a stream was not seen, or none', () => {
    const [first, ...others] = observed('energy', []);
    expect(first).toBeDefined();
    const part = { seen: others, unseen: unseen('energy').unseen };
    expect(judgeContinuity(part, [], judged, migration).kind).toBe('inconclusive');
    expect(judgeContinuity(seen(), [], judged, migration).kind).toBe('inconclusive');
  });
});
