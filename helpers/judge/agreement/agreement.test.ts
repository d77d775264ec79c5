import { describe, expect, test } from 'vitest';
import { ago, migration, noon, seen, unseen } from '../testing/samples.ts';
import { judgeAgreement } from './agreement.ts';
import type { BucketDifference, ColumnAgreement, StreamAgreement } from './observed.ts';

const day = 86_400;

function column(change: Partial<ColumnAgreement> = {}): ColumnAgreement {
  return { old: 'outdoor_temp', new: 'outdoor_temp', comparedCount: 10_000, differingCount: 0, buckets: [], ...change };
}

function bucket(hours: number, differingCount: number, comparedCount = 15): BucketDifference {
  const at = ago(hours * 3600);
  return {
    from: at,
    comparedCount,
    differingCount,
    worst: { device: 'pump', oldAt: at, old: 3.4, newAt: at, new: 34 },
  };
}

function heatpump(change: Partial<StreamAgreement> = {}): StreamAgreement {
  return {
    stream: 'heatpump',
    newStream: 'heatpump',
    from: ago(7 * day),
    to: ago(60),
    spans: [{ from: ago(7 * day), to: ago(60) }],
    sampleCount: 10_079,
    comparedCount: 10_000,
    inFlightCount: 1,
    seconds: 7 * day - 60,
    unsampledSeconds: 0,
    uncomparedSeconds: 300,
    bucketSeconds: 900,
    bucketCount: 672,
    stampedLaterSeconds: 0.5,
    columns: [column()],
    ...change,
  };
}

const settings = (old: Record<string, number | null>, current: Record<string, number | null>, changedAgo = day) => ({
  old: seen({ deviceId: 'pump', updatedAt: ago(day), values: old }),
  new: seen({ deviceId: 'pump', updatedAt: ago(changedAgo), values: current }),
  at: noon.toISOString(),
});
const same = Object.fromEntries(Object.keys(migration.old.settings?.columns ?? {}).map((name) => [name, 20]));
const equal = settings(same, same);

const judge = (change: Partial<StreamAgreement> = {}, both = equal) =>
  judgeAgreement(seen(heatpump(change)), both, migration);

test('passes, and tells what may be in flight', () => {
  expect(judge()).toMatchObject({
    kind: 'pass',
    summary: '10,000 samples, 1 column agrees; 1 more may be in flight',
  });
});

describe('a column', () => {
  test('of which one sample a bucket differs passes: its message may have been lost', () => {
    const buckets = [bucket(3, 1), bucket(2, 1, 1)];
    expect(judge({ columns: [column({ differingCount: 2, buckets })] }).kind).toBe('pass');
  });

  test('that differs in a bucket fails, and its worst buckets stand side by side', () => {
    const buckets = [bucket(5, 1), bucket(4, 2), bucket(3, 15)];
    const verdict = judge({ columns: [column(), column({ old: 'hotwater_temp', differingCount: 18, buckets })] });
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(4 * 3600) });
    expect(verdict.observed).toBe(
      `heatpump.hotwater_temp (new: outdoor_temp): 18 of 10,000 samples differ, in 2 of 672 buckets more than 10 %; worst: ${ago(3 * 3600)} (15 of 15): old 3.4 of pump at ${ago(3 * 3600)}, new 34 at ${ago(3 * 3600)}, ${ago(4 * 3600)} (2 of 15): old 3.4 of pump at ${ago(4 * 3600)}, new 34 at ${ago(4 * 3600)}`.replace(
        `, ${ago(4 * 3600)} (2`,
        ` and ${ago(4 * 3600)} (2`,
      ),
    );
    expect(verdict.look).toContain('heatpump_status');
  });

  test('of which each bucket holds too few to tell fails over all of them', () => {
    const buckets = Array.from({ length: 600 }, (_, hours) => bucket(hours / 4, 1, 1));
    expect(judge({ columns: [column({ comparedCount: 660, differingCount: 600, buckets })] }).kind).toBe('fail');
  });
});

describe('coverage below the declared share', () => {
  test('is the new system’s loss when samples have no message', () => {
    const longest = { from: ago(40_000), to: ago(4_000) };
    const verdict = judge({ uncomparedSeconds: 36_000, comparedCount: 9_400, longestUncompared: longest });
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(40_000) });
    expect(verdict.observed).toContain('the new system has no message for 679 samples');
  });

  test('is the old system’s when there are no samples', () => {
    const verdict = judge({ uncomparedSeconds: 36_000, unsampledSeconds: 36_000 });
    expect(verdict.observed).toContain('the old system has no sample in 10 h');
  });
});

describe('is inconclusive', () => {
  test('while both systems hold less than a bucket', () => {
    const verdict = judge({ seconds: 600, from: ago(660), startsWith: 'new', uncomparedSeconds: 600, columns: [] });
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: expect.stringContaining('too little to compare') });
  });

  test('when a side cannot be read', () => {
    expect(judgeAgreement(unseen('heatpump'), equal, migration).kind).toBe('inconclusive');
  });

  test('without a stream to compare', () => {
    const bare = { ...migration, old: { ...migration.old, settings: undefined } };
    expect(judgeAgreement(seen(), equal, bare as never).kind).toBe('inconclusive');
  });
});

describe('settings', () => {
  test('that differ fail', () => {
    const verdict = judge({}, settings(same, { ...same, curve: 21 }));
    expect(verdict).toMatchObject({ kind: 'fail', observed: 'settings of pump: old curve 20, new curve 21' });
  });

  test('that changed just now are inconclusive', () => {
    expect(judge({}, settings(same, { ...same, curve: 21 }, 30)).kind).toBe('inconclusive');
  });

  test('of a device that the new system does not know fail', () => {
    expect(judge({}, { ...equal, new: seen() }).observed).toContain('the new system has no row of pump');
  });

  test('of no device at all fail', () => {
    expect(judge({}, { ...equal, old: seen() }).observed).toContain('the old table holds no device');
  });
});
