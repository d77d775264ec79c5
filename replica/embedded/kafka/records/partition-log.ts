import { type BatchHeader, placeBatch, readBatchHeader, readRecords } from './batch.ts';
import { historyBatch, historyBatchEnd, historyOffsetAt, type TopicHistory } from './history.ts';

interface Segment {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly maxTimestampMs: number;
  /** The newest timestamp of this and all earlier live batches: it does not decrease, so it can be searched. */
  readonly newestSoFarMs: number;
  readonly batch: Buffer;
}

/** What a live partition may hold in memory. */
const retentionBytes = 32 * 1024 * 1024;

/**
 * One partition: generated history first, then what producers sent, kept as they sent it. When the live part outgrows
 * its memory the oldest goes first, as with Kafka's retention by bytes, and the history is the oldest.
 */
export class PartitionLog {
  readonly #history: TopicHistory | undefined;
  #segments: Segment[] = [];
  #liveBytes = 0;
  #start = 0;
  #end: number;
  readonly #waiting = new Set<() => void>();

  constructor(history?: TopicHistory) {
    this.#history = history;
    this.#end = history?.recordCount ?? 0;
  }

  /** Offset of the oldest record that can still be read. */
  get startOffset(): number {
    return this.#start;
  }

  /** Offset that the next record will have. */
  get endOffset(): number {
    return this.#end;
  }

  /** Live bytes; history takes none. */
  get sizeBytes(): number {
    return this.#liveBytes;
  }

  /** Appends a batch and answers the offset of its first record. */
  append(batch: Buffer, header: BatchHeader): number {
    const baseOffset = this.#end;
    const newestBefore = this.#segments.at(-1)?.newestSoFarMs ?? Number.NEGATIVE_INFINITY;
    this.#segments.push({
      baseOffset,
      nextOffset: baseOffset + header.lastOffsetDelta + 1,
      maxTimestampMs: header.maxTimestampMs,
      newestSoFarMs: Math.max(newestBefore, header.maxTimestampMs),
      batch: placeBatch(batch, baseOffset, 0),
    });
    this.#end = baseOffset + header.lastOffsetDelta + 1;
    this.#liveBytes += batch.length;
    this.#retain();
    for (const wake of [...this.#waiting]) wake();
    return baseOffset;
  }

  /** Removes what lies before the offset: Kafka's DeleteRecords. */
  deleteBefore(offset: number): void {
    this.#start = Math.max(this.#start, offset);
    const kept = this.#segments.findIndex((segment) => segment.nextOffset > this.#start);
    const removed = this.#segments.splice(0, kept < 0 ? this.#segments.length : kept);
    for (const segment of removed) this.#liveBytes -= segment.batch.length;
  }

  /**
   * Whole batches from the one that holds the offset on, up to the bytes given; the first is given whatever its size
   * when `atLeastOne`, for else a consumer would never get past it.
   */
  read(offset: number, maxBytes: number, atLeastOne: boolean): Buffer[] {
    const batches: Buffer[] = [];
    let room = maxBytes;
    for (const batch of this.#batchesFrom(offset)) {
      if (batch.length > room && !(atLeastOne && batches.length === 0)) break;
      batches.push(batch);
      room -= batch.length;
      if (room <= 0) break;
    }
    return batches;
  }

  /** Bytes that can be read from the offset on, counted no further than `enough`. */
  readableBytes(offset: number, enough: number): number {
    let size = 0;
    for (const batch of this.#batchesFrom(offset)) {
      size += batch.length;
      if (size >= enough) break;
    }
    return size;
  }

  /** The first record with a timestamp at or after the time, in the order of offsets; undefined when there is none. */
  offsetAt(timeMs: number): { offset: number; timestampMs: number } | undefined {
    const history = this.#history;
    if (history !== undefined && this.#start < history.recordCount) {
      const offset = historyOffsetAt(history, timeMs, this.#start);
      if (offset !== undefined) return { offset, timestampMs: history.timeMs(offset) };
    }
    for (
      let index = lowestIndex(this.#segments, (segment) => segment.newestSoFarMs >= timeMs);
      index < this.#segments.length;
      index++
    ) {
      const segment = this.#segments[index];
      if (segment === undefined || segment.maxTimestampMs < timeMs) continue;
      const found = recordAt(segment, timeMs, this.#start);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Calls back at every append until disposed. */
  onAppend(wake: () => void): Disposable {
    this.#waiting.add(wake);
    return { [Symbol.dispose]: () => this.#waiting.delete(wake) };
  }

  *#batchesFrom(offset: number): Generator<Buffer> {
    const history = this.#history;
    let next = offset;
    while (history !== undefined && next < history.recordCount) {
      yield historyBatch(history, next);
      next = historyBatchEnd(history, next);
    }
    const first = lowestIndex(this.#segments, (segment) => segment.nextOffset > next);
    for (let index = first; index < this.#segments.length; index++) {
      const segment = this.#segments[index];
      if (segment !== undefined) yield segment.batch;
    }
  }

  #retain(): void {
    while (this.#liveBytes > retentionBytes && this.#segments.length > 1) {
      const second = this.#segments[1];
      if (second === undefined) return;
      this.deleteBefore(second.baseOffset);
    }
  }
}

/** The record itself where the batch can be read, else the start of the batch. */
function recordAt(
  segment: Segment,
  timeMs: number,
  startOffset: number,
): { offset: number; timestampMs: number } | undefined {
  const header = readBatchHeader(segment.batch);
  const records = header.recordCount === 1 ? undefined : readRecords(segment.batch);
  if (records === undefined) return { offset: segment.baseOffset, timestampMs: header.maxTimestampMs };
  const found = records.find((record) => record.timestampMs >= timeMs && record.offset >= startOffset);
  return found === undefined ? undefined : { offset: found.offset, timestampMs: found.timestampMs };
}

/** The first index for which the test holds, when it holds for all after it too; the length when it holds for none. */
function lowestIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const item = items[middle];
    if (item !== undefined && test(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
