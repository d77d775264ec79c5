import type { PartitionLog } from '../records/partition-log.ts';
import { type BrokerState, partitionOf } from '../state.ts';
import type { ValueOf } from '../wire/codec.ts';
import { errors } from '../wire/errors.ts';
import { fetch } from '../wire/record-apis.ts';
import { endpoint } from './endpoint.ts';

type FetchRequest = ValueOf<typeof fetch.request>;
type FetchResponse = ValueOf<typeof fetch.response>;

export const fetchEndpoint = endpoint(fetch, async (request, { state, signal }) => {
  // Sessions are never granted (the id in every answer is 0), so one that is named cannot be ours.
  if (request.sessionId !== 0) {
    return { throttleTimeMs: 0, errorCode: errors.fetchSessionIdNotFound, sessionId: 0, topics: [] };
  }
  const wanted = wantedPartitions(request, state);
  if (wanted.every(({ log, offset }) => log !== undefined && inRange(log, offset))) {
    await untilReadable(wanted, request.minBytes, request.maxWaitMs, signal);
  }
  return read(request, state);
});

interface Wanted {
  readonly log: PartitionLog | undefined;
  readonly offset: number;
}

function wantedPartitions(request: FetchRequest, state: BrokerState): Wanted[] {
  return request.topics.flatMap((topic) =>
    topic.partitions.map(({ partition, fetchOffset }) => ({
      log: partitionOf(state, topic.name, partition),
      offset: fetchOffset,
    })),
  );
}

function inRange(log: PartitionLog, offset: number): boolean {
  return offset >= log.startOffset && offset <= log.endOffset;
}

/** Resolves when the partitions together hold minBytes to read, the wait is over, or the connection is gone. */
function untilReadable(
  wanted: readonly Wanted[],
  minBytes: number,
  maxWaitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const logs = wanted.flatMap(({ log, offset }) => (log === undefined ? [] : [{ log, offset }]));
  const enough = () => {
    let size = 0;
    for (const { log, offset } of logs) {
      size += log.readableBytes(offset, minBytes - size);
      if (size >= minBytes) return true;
    }
    return false;
  };
  if (maxWaitMs <= 0 || minBytes <= 0 || signal.aborted || enough()) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      for (const listener of listeners) listener[Symbol.dispose]();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, maxWaitMs);
    const listeners = logs.map(({ log }) => log.onAppend(() => enough() && finish()));
    signal.addEventListener('abort', finish);
  });
}

function read(request: FetchRequest, state: BrokerState): FetchResponse {
  let room = request.maxBytes;
  let nothingYet = true;
  const topics = request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition, fetchOffset, partitionMaxBytes }) => {
      const log = partitionOf(state, topic.name, partition);
      const errorCode =
        log === undefined
          ? errors.unknownTopicOrPartition
          : inRange(log, fetchOffset)
            ? errors.none
            : errors.offsetOutOfRange;
      const readable = log !== undefined && errorCode === errors.none && room > 0;
      const records = readable
        ? Buffer.concat(log.read(fetchOffset, Math.min(room, partitionMaxBytes), nothingYet))
        : Buffer.alloc(0);
      room -= records.length;
      nothingYet &&= records.length === 0;
      // There are no transactions, so everything that was written is stable, for both isolation levels.
      const end = log !== undefined && errorCode === errors.none ? log.endOffset : -1;
      return {
        partition,
        errorCode,
        highWatermark: end,
        lastStableOffset: end,
        logStartOffset: log?.startOffset ?? -1,
        abortedTransactions: request.isolationLevel === 0 ? null : [],
        preferredReadReplica: -1,
        records,
      };
    }),
  }));
  return { throttleTimeMs: 0, errorCode: errors.none, sessionId: 0, topics };
}
