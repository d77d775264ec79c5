import { describe, expect, test } from 'vitest';
import { ago, migration, seen, unseen } from '../testing/samples.ts';
import { judgeNoLoss } from './no-loss.ts';
import type { MissingRecord, StreamAccount } from './observed.ts';

const account = (change: Partial<StreamAccount> = {}): StreamAccount => ({
  stream: 'energy',
  topic: 'homelab-energy-realtime',
  table: 'energy_consumption',
  from: ago(3600),
  to: ago(3),
  records: 360,
  rows: 360,
  duplicates: 0,
  uncommitted: 0,
  ...change,
});
const missing = (offset: number, change: Partial<MissingRecord> = {}): MissingRecord => ({
  partition: 0,
  offset,
  at: ago(1000 - offset),
  committed: true,
  ...change,
});
const lacking = (...records: MissingRecord[]) =>
  account({ rows: 360 - records.length, search: { missing: records, complete: true } });

const judge = (one: StreamAccount) => judgeNoLoss(seen(one), seen(), migration);

describe('passes', () => {
  test('and says that nobody listened', () => {
    expect(judge(account()).summary).toBe('360 records, 360 distinct rows; MQTT was not listened to');
  });

  test('with rows that stand twice', () => {
    expect(judge(account({ rows: 365, duplicates: 5 })).observed).toContain('360 distinct rows (5 more stand twice)');
  });

  test('with a record on either side of an end', () => expect(judge(account({ rows: 358 })).kind).toBe('pass'));

  test('with what is in flight', () => {
    const records = [1, 2, 3].map((offset) => missing(offset, { committed: false, at: ago(10 - offset) }));
    expect(judge(lacking(...records))).toMatchObject({
      kind: 'pass',
      observed: expect.stringContaining('3 in flight'),
    });
  });

  test('and tells a rejected record as such', () => {
    const records = [1, 2, 3].map((offset) => missing(offset, { unmappable: 'no JSON, 12 bytes' }));
    const verdict = judge(lacking(...records));
    expect(verdict).toMatchObject({ kind: 'pass', summary: expect.stringContaining('3 rejected') });
    expect(verdict.observed).toContain('3 records rejected, not lost (no JSON, 12 bytes): offsets 1 to 3');
  });
});

describe('fails', () => {
  test('for records that are committed and have no row', () => {
    const verdict = judge(lacking(missing(10), missing(11), missing(12)));
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(990) });
    expect(verdict.observed).toContain(`3 records lost, offsets 10 to 12, ${ago(990)} to ${ago(988)}`);
    expect(verdict.look).toContain('--partitions=0 --offset=10');
  });

  test('for losses among what was rejected or waits', () => {
    const verdict = judge(
      lacking(missing(1), missing(2, { unmappable: 'no payload' }), missing(3, { committed: false })),
    );
    expect(verdict.observed).toContain('1 record lost');
    expect(verdict.observed).toContain('1 record rejected');
  });

  test('when more is missing than can be in flight, though not all was looked through', () => {
    const one = account({ rows: 100, uncommitted: 20, search: { missing: [], complete: false } });
    expect(judge(one)).toMatchObject({ kind: 'fail', observed: expect.stringContaining('260 rows missing') });
  });

  test('when something else writes', () => {
    expect(judge(account({ rows: 400 })).observed).toContain('40 rows more than records');
  });
});

describe('is inconclusive', () => {
  test('while records wait for longer than their limit', () => {
    const records = [1, 2, 3].map((offset) => missing(offset, { committed: false }));
    expect(judge(lacking(...records))).toMatchObject({ kind: 'inconclusive', since: ago(999) });
  });

  test('when a side cannot be read, or nothing came', () => {
    expect(judgeNoLoss(unseen('energy'), seen(), migration).kind).toBe('inconclusive');
    expect(judge(account({ records: 0, rows: 0 })).kind).toBe('inconclusive');
  });

  test('not, when only the listener’s part is unseen: that advises', () => {
    expect(judgeNoLoss(seen(account()), unseen('energy'), migration).kind).toBe('pass');
  });
});

test('what was heard on MQTT is shown', () => {
  const hop = { stream: 'energy', from: ago(3600), to: ago(60), heard: 356, records: 350 };
  const verdict = judgeNoLoss(seen(account()), seen(hop), migration);
  expect(verdict).toMatchObject({
    kind: 'pass',
    summary: expect.stringContaining('MQTT: 356 messages heard, 350 records'),
  });
  expect(verdict.observed).toContain('6 never came to Kafka');
});
