import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatabaseSize, HypertableSize, RetentionState, StoredSpan } from '../database/observed.ts';
import { judgeRetentionFit, type RetentionFit } from './retention-fit.ts';
import { ago, migration, noon, seen, unseen } from './testing/samples.ts';

const day = 86_400;
const gib = 2 ** 30;
const tables = migration.new.hypertables.map(({ table }) => table);

interface Table {
  readonly sizeBytes?: number;
  readonly storedDays?: number;
  readonly keptDays?: number;
}

/** All hypertables alike, a tenth of a GiB in ten days and kept for 90, but for what is given of the first. */
function observed(first: Table, database: Partial<DatabaseSize> = {}): RetentionFit {
  const usual = { sizeBytes: gib / 10, storedDays: 10, keptDays: 90 };
  const all = tables.map((table, index) => ({ table, ...(index === 0 ? { ...usual, ...first } : usual) }));
  return {
    sizes: seen(
      ...all.map(
        ({ table, sizeBytes }): HypertableSize => (sizeBytes === undefined ? { table } : { table, sizeBytes }),
      ),
    ),
    spans: seen(
      ...all.map(
        ({ table, storedDays }): StoredSpan => ({
          table,
          databaseNow: noon.toISOString(),
          ...(storedDays === undefined ? {} : { oldestAt: ago(storedDays * day) }),
        }),
      ),
    ),
    policies: seen(
      ...all.map(
        ({ table, keptDays }): RetentionState => ({
          table,
          ...(keptDays === undefined ? {} : { dropAfterSeconds: keptDays * day }),
        }),
      ),
    ),
    databases: seen({ database: 'telemetry', sizeBytes: 0.4 * gib, capacityBytes: 10 * gib, ...database }),
  };
}
const judge = (first: Table = {}, database: Partial<DatabaseSize> = {}) =>
  judgeRetentionFit(observed(first, database), migration);

test('what fits its volume at the policies’ age may stay as it is', () => {
  expect(judge()).toMatchObject({
    kind: 'pass',
    summary: '3 hypertables, 2.7 GiB at their policies’ age; they can stay as they are',
  });
  expect(judge().findings.map(({ observed: words }) => words)).toEqual(
    expect.arrayContaining([
      '102 MiB of 10 days, 10.2 MiB a day: 922 MiB at 90 d',
      '2.8 GiB at the policies’ age, 28 % of 10 GiB: keep the policies',
    ]),
  );
});

test('what does not fit is told with how long it could be kept', () => {
  expect(judge({}, { capacityBytes: 1.9 * gib })).toMatchObject({
    kind: 'fail',
    observed:
      'database telemetry: 2.8 GiB at the policies’ age, 147 % of 1.9 GiB: keep at most 47 days of heatpump_status, 47 days of energy_consumption and 47 days of temperature_sensors',
  });
});

describe.each<[string, Table, Partial<DatabaseSize>, string, string]>([
  ['a table without a policy', { keptDays: undefined as never }, {}, 'fail', 'it grows for ever'],
  ['a plain table', { sizeBytes: undefined as never }, {}, 'fail', 'is no hypertable'],
  ['some days of rows', { storedDays: 3 }, {}, 'inconclusive', '102 MiB of 3 days: too few to project'],
  ['no row', { storedDays: undefined as never }, {}, 'inconclusive', '0 days: too few'],
  ['an unknown volume', {}, { capacityBytes: undefined as never }, 'inconclusive', 'how much its volume holds'],
  ['a volume full of something else', {}, { sizeBytes: 9 * gib }, 'fail', 'enlarge the claim'],
])('%s', (_, first, database, kind, words) => {
  test(`is ${kind}`, () => {
    expect(judge(first, database)).toMatchObject({ kind, observed: expect.stringContaining(words) });
  });
});

test('a policy shorter than a week is projected from what it keeps', () => {
  expect(judge({ storedDays: 2.5, keptDays: 2 }).kind).toBe('pass');
});

test('what stayed unseen is inconclusive', () => {
  const all = observed({});
  expect(judgeRetentionFit({ ...all, databases: unseen('database telemetry') }, migration).kind).toBe('inconclusive');
  expect(judgeRetentionFit({ ...all, sizes: unseen('database telemetry') }, migration).kind).toBe('inconclusive');
  const none: RetentionFit = { sizes: seen(), spans: seen(), policies: seen(), databases: seen() };
  expect(judgeRetentionFit(none, migration).kind).toBe('inconclusive');
});

test('with the policies that are recommended it fits', () => {
  const megabytes = fc.integer({ min: 1, max: 5_000 });
  fc.assert(
    fc.property(
      megabytes,
      fc.integer({ min: 7, max: 80 }),
      fc.integer({ min: 1, max: 20 }),
      (size, stored, capacity) => {
        const sizeBytes = size * 2 ** 20;
        const others = (tables.length - 1) * (gib / 10);
        const database = { sizeBytes: sizeBytes + others, capacityBytes: capacity * gib };
        const verdict = judge({ sizeBytes, storedDays: stored }, database);
        const kept = /keep at most (\d+) days/.exec(verdict.observed)?.[1];
        if (kept === undefined) return;
        expect(verdict.kind).toBe('fail');
        const growth = sizeBytes / stored + others / 10;
        expect(growth * Number(kept)).toBeLessThanOrEqual(0.8 * database.capacityBytes);
        // A day or so more than whole days would not.
        expect(growth * (Number(kept) + 1)).toBeGreaterThan(0.8 * database.capacityBytes);
      },
    ),
  );
});
