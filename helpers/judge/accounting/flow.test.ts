import { describe, expect, test } from 'vitest';
import { ago, migration, seen, unseen } from '../testing/samples.ts';
import { judgeFlow } from './flow.ts';
import type { StreamFlow } from './observed.ts';

const flow = (change: Partial<StreamFlow> = {}): StreamFlow => ({
  stream: 'energy',
  from: ago(900),
  to: ago(0),
  rows: 90,
  before: { seconds: 86_400, rows: 8_640 },
  ...change,
});
const judge = (change: Partial<StreamFlow> = {}, of = migration) => judgeFlow(seen(flow(change)), of);

describe('passes', () => {
  test('at the rate before', () => {
    expect(judge()).toMatchObject({
      kind: 'pass',
      summary: '1 stream flows: 90 rows in 15 min, no pause over its limit',
    });
  });

  test('at the pace of a replica, though history stands at life’s own', () => {
    const { energy } = migration.new.streams;
    if (energy === undefined) throw new Error('no stream energy');
    const fast = { ...migration, new: { ...migration.new, streams: { energy: { ...energy, every: 1 } } } };
    expect(judge({ rows: 900 }, fast).kind).toBe('pass');
    expect(judge({ rows: 90 }, fast).kind).toBe('fail');
  });

  test('whatever the rate, with fewer than 10 expected', () => {
    expect(judge({ rows: 4, before: { seconds: 86_400, rows: 800 } }).kind).toBe('pass');
  });
});

describe('fails', () => {
  test('for a pause over the limit, though the watch is not over', () => {
    const change = { from: ago(600), longestPause: { from: ago(500), to: ago(0) } };
    expect(judge(change)).toMatchObject({
      kind: 'fail',
      since: ago(500),
      observed: expect.stringContaining('no row for 8 min 20 s'),
    });
  });

  test.each([
    [50, '44.4 % fewer'],
    [150, '66.7 % more'],
  ])('for %d rows where 90 are due', (rows, words) => {
    expect(judge({ rows })).toMatchObject({ kind: 'fail', observed: expect.stringContaining(words) });
  });
});

describe('is inconclusive', () => {
  test('before the watch is over', () => {
    const verdict = judge({ from: ago(300), rows: 30 });
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: expect.stringContaining('5 min of 15 min') });
    expect(verdict.hint).toBe(`verify again after ${ago(-600)}`);
  });

  test('without a rate before, or a row to see', () => {
    expect(judge({ before: { seconds: 86_400, rows: 0 } }).kind).toBe('inconclusive');
    expect(judgeFlow(unseen('energy'), migration).kind).toBe('inconclusive');
  });
});
