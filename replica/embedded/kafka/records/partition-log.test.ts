import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBatchHeader, readRecords, type StoredRecord, writeBatch } from './batch.ts';
import type { TopicHistory } from './history.ts';
import { PartitionLog } from './partition-log.ts';

function historyOf(times: readonly number[]): TopicHistory {
  return {
    topic: 'history',
    recordCount: times.length,
    timeMs: (index) => times[index] ?? 0,
    record: (index) => ({ key: Buffer.from('device'), value: Buffer.from(`past ${index}`) }),
  };
}

function append(log: PartitionLog, times: readonly number[]): void {
  const batch = writeBatch(
    0,
    times.map((timestampMs) => ({ timestampMs, value: Buffer.from(`live ${timestampMs}`) })),
  );
  log.append(batch, readBatchHeader(batch));
}

/** All records from an offset on, read as a consumer does: batch after batch. */
function readAll(log: PartitionLog, from: number): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let next = from; next < log.endOffset; ) {
    const [batch] = log.read(next, 1, true);
    if (batch === undefined) throw new Error(`nothing to read at ${next}`);
    expect(readBatchHeader(batch).crcValid).toBe(true);
    records.push(...(readRecords(batch) ?? []).filter(({ offset }) => offset >= next));
    next = (records.at(-1)?.offset ?? next) + 1;
  }
  return records;
}

const times = fc.array(fc.nat(300), { maxLength: 180 }).map((list) => list.sort((left, right) => left - right));
const batches = fc.array(fc.array(fc.nat(300), { minLength: 1, maxLength: 4 }), { maxLength: 20 });

describe('a partition with a past', () => {
  test('reads as one log, from any offset', () => {
    fc.assert(
      fc.property(times, batches, fc.nat(300), (past, live, from) => {
        const log = new PartitionLog(historyOf(past));
        for (const batch of live) append(log, batch);
        const all = [...past.map((at, index) => `${at} past ${index}`), ...live.flat().map((at) => `${at} live ${at}`)];
        expect(log.endOffset).toBe(all.length);
        const start = Math.min(from, all.length);
        expect(readAll(log, start).map(({ timestampMs, value }) => `${timestampMs} ${value}`)).toEqual(
          all.slice(start),
        );
        expect(readAll(log, start).map(({ offset }) => offset)).toEqual(
          all.slice(start).map((_, index) => start + index),
        );
      }),
    );
  });

  test('finds the first record at or after a time, as a search from the start would', () => {
    fc.assert(
      fc.property(times, batches, fc.nat(310), fc.nat(400), (past, live, at, removed) => {
        const log = new PartitionLog(historyOf(past));
        for (const batch of live) append(log, batch);
        const all = [...past, ...live.flat()];
        const start = Math.min(removed % 2 === 0 ? 0 : removed, all.length);
        log.deleteBefore(start);
        const offset = all.findIndex((time, index) => index >= start && time >= at);
        expect(log.offsetAt(at)).toEqual(offset < 0 ? undefined : { offset, timestampMs: all[offset] });
      }),
    );
  });

  test('does not take an older record behind one that was deleted for the one asked for', () => {
    const log = new PartitionLog();
    for (const batch of [[100, 10], [5], [50]]) append(log, batch);
    log.deleteBefore(1);
    expect(log.offsetAt(40)).toEqual({ offset: 3, timestampMs: 50 });
  });

  test('makes records only when they are read', () => {
    let made = 0;
    const log = new PartitionLog({
      topic: 'huge',
      recordCount: 1_000_000_000,
      timeMs: (index) => index * 10,
      record: () => {
        made += 1;
        return { value: Buffer.from('x') };
      },
    });
    expect(log.offsetAt(5_000_000_001)).toEqual({ offset: 500_000_001, timestampMs: 5_000_000_010 });
    expect(made).toBe(0);
    expect(log.read(999_999_999, 1, true)).toHaveLength(1);
    expect(made).toBeLessThanOrEqual(50);
  });
});

describe('what a read gives', () => {
  test('is no more than asked for, but at least one batch where there must be one', () => {
    const log = new PartitionLog();
    for (const at of [1, 2, 3]) append(log, [at]);
    const [size = 0] = log.read(0, 1, true).map((batch) => batch.length);
    expect(log.read(0, 1, true)).toHaveLength(1);
    expect(log.read(0, 1, false)).toHaveLength(0);
    expect(log.read(0, size * 2, false)).toHaveLength(2);
    expect(log.read(3, size, true)).toHaveLength(0);
  });
});

test('memory is bounded: the past goes first, then the oldest live batches', () => {
  const log = new PartitionLog(historyOf([1, 2, 3]));
  const value = Buffer.from(Array.from({ length: 700_000 }, () => Math.floor(Math.random() * 256)));
  const batch = writeBatch(0, [{ timestampMs: 10, value }]);
  for (let count = 0; count < 60; count++) log.append(batch, readBatchHeader(batch));
  expect(log.sizeBytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect(log.startOffset).toBeGreaterThan(3);
  expect(log.endOffset).toBe(63);
  expect(log.offsetAt(0)).toEqual({ offset: log.startOffset, timestampMs: 10 });
});

test('an append wakes who waits, until it waits no more', () => {
  const log = new PartitionLog();
  let woken = 0;
  const listener = log.onAppend(() => {
    woken += 1;
  });
  append(log, [1]);
  listener[Symbol.dispose]();
  append(log, [2]);
  expect(woken).toBe(1);
});
