import { type NewRecord, writeBatch } from './batch.ts';

/**
 * The part of a topic that was there before the replica was: made on demand and never kept, so that days of it cost
 * neither memory nor time. It lies in partition 0, from offset 0 on.
 */
export interface TopicHistory {
  readonly topic: string;
  readonly recordCount: number;
  /** Time of a record, milliseconds since 1970; does not decrease with the index. */
  timeMs(index: number): number;
  record(index: number): { readonly key?: Buffer; readonly value: Buffer };
}

const batchRecords = 50;

/** The batch that holds the record, with its neighbours, as a producer that batches would have written it. */
export function historyBatch(history: TopicHistory, offset: number): Buffer {
  const start = offset - (offset % batchRecords);
  const end = Math.min(start + batchRecords, history.recordCount);
  const records: NewRecord[] = [];
  for (let index = start; index < end; index++) {
    records.push({ timestampMs: history.timeMs(index), ...history.record(index) });
  }
  return writeBatch(start, records);
}

/** The offset after the batch that holds the record. */
export function historyBatchEnd(history: TopicHistory, offset: number): number {
  return Math.min(offset - (offset % batchRecords) + batchRecords, history.recordCount);
}

/** The first record at or after `from` that is not older than the time; undefined when all are. */
export function historyOffsetAt(history: TopicHistory, timeMs: number, from: number): number | undefined {
  let low = from;
  let high = history.recordCount;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (history.timeMs(middle) >= timeMs) high = middle;
    else low = middle + 1;
  }
  return low < history.recordCount ? low : undefined;
}
