import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgePace, type Pace } from './pace.ts';
import { ago, migration, seen, unseen } from './testing/samples.ts';

const hour: Pace = {
  stream: 'energy',
  over: 'the last 1 h',
  from: ago(3600),
  seconds: 3600,
  records: 360,
  rows: 360,
  inFlight: 0,
  edges: 2,
};
const quiet: Pace = { ...hour, stream: 'temperature-indoor', records: 4, rows: 4 };
const judge = (pace: Partial<Pace>, base = hour) => judgePace(seen({ ...base, ...pace }), migration);

test('as many rows as records pass', () => {
  expect(judge({})).toMatchObject({ kind: 'pass', summary: '360 records, 360 rows' });
});

test('missing rows fail, in numbers, with the query that counts them', () => {
  const verdict = judge({ rows: 340, inFlight: 5 });
  expect(verdict).toMatchObject({
    kind: 'fail',
    observed:
      'energy_consumption (energy), the last 1 h: 360 records, 340 rows, 5 in flight (some 360 due in 1 h): 15 rows missing',
  });
  expect(verdict.look).toContain('SELECT count(*) FROM energy_consumption WHERE time >=');
});

test('of a busy stream no more than what is in flight and at the edges may be missing', () => {
  const amount = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 5000 }), amount, amount, (records, missing, inFlight) => {
      const rows = Math.max(0, records - missing);
      const verdict = judge({ records, rows, inFlight });
      expect(verdict.kind).toBe(records - rows > inFlight + 2 ? 'fail' : 'pass');
    }),
  );
});

test('rows beyond the records by more than the declared rate fail', () => {
  expect(judge({ rows: 460 }).kind).toBe('pass');
  expect(judge({ rows: 470 })).toMatchObject({
    kind: 'fail',
    observed: expect.stringContaining('30.6 % more rows than records'),
  });
});

test.each([
  [0, 120],
  [3, 120],
  [9, 20],
])('%i records and %i rows: the rows come from elsewhere, however few the records are', (records, rows) => {
  expect(judge({ records, rows })).toMatchObject({
    kind: 'fail',
    observed: expect.stringContaining(`${rows - records} more rows than records`),
  });
});

test('nothing at all on a busy stream is inconclusive: there is nothing to keep pace with', () => {
  const silent = { ...hour, records: 0, rows: 0 };
  expect(judgePace(seen(silent, { ...hour, stream: 'heatpump' }), migration).kind).toBe('inconclusive');
});

test('missing rows are inconclusive while what is in flight is not known', () => {
  expect(judge({ rows: 300, inFlight: undefined }).kind).toBe('inconclusive');
  expect(judge({ rows: 359, inFlight: undefined }).kind).toBe('pass');
});

describe('of a stream with few messages only that rows came counts', () => {
  test.each([
    [4, 4, 'pass'],
    [9, 2, 'pass'],
    [4, 0, 'fail'],
  ])('%i records, %i rows: %s', (records, rows, kind) => expect(judge({ records, rows }, quiet).kind).toBe(kind));

  test('rows not yet due do not fail', () => expect(judge({ rows: 0, inFlight: 4 }, quiet).kind).toBe('pass'));

  test('none at all passes beside one that shows something, and alone does not', () => {
    const none = { ...quiet, records: 0, rows: 0 };
    expect(judgePace(seen(none), migration).kind).toBe('inconclusive');
    expect(judgePace(seen(none, hour), migration).kind).toBe('pass');
  });
});

test('unseen is inconclusive', () => expect(judgePace(unseen('energy'), migration).kind).toBe('inconclusive'));
