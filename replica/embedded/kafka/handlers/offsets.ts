import type { PartitionLog } from '../records/partition-log.ts';
import { partitionOf } from '../state.ts';
import { deleteRecords } from '../wire/cluster-apis.ts';
import { errors } from '../wire/errors.ts';
import { listOffsets, offsetForLeaderEpoch } from '../wire/record-apis.ts';
import { endpoint } from './endpoint.ts';

const latest = -1;
const earliest = -2;

/** A time that no record has reached answers offset -1; kafkajs turns that into the end of the partition. */
export const listOffsetsEndpoint = endpoint(listOffsets, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition, timestamp }) => {
      const log = partitionOf(state, topic.name, partition);
      const found = log === undefined ? unknown : offsetFor(log, timestamp);
      return { partition, ...found, leaderEpoch: found.offset < 0 ? -1 : 0 };
    }),
  })),
}));

interface FoundOffset {
  readonly errorCode: number;
  readonly timestamp: number;
  readonly offset: number;
}

const unknown: FoundOffset = { errorCode: errors.unknownTopicOrPartition, timestamp: -1, offset: -1 };

function offsetFor(log: PartitionLog, timestamp: number): FoundOffset {
  if (timestamp === latest) return { errorCode: errors.none, timestamp: -1, offset: log.endOffset };
  if (timestamp === earliest) return { errorCode: errors.none, timestamp: -1, offset: log.startOffset };
  // -3 (newest record) and below came with version 7.
  if (timestamp < 0) return { errorCode: errors.unsupportedVersion, timestamp: -1, offset: -1 };
  const found = log.offsetAt(timestamp);
  return { errorCode: errors.none, timestamp: found?.timestampMs ?? -1, offset: found?.offset ?? -1 };
}

/** One leader, one epoch: every epoch ends where the log does. */
export const offsetForLeaderEpochEndpoint = endpoint(offsetForLeaderEpoch, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition, leaderEpoch }) => {
      const log = partitionOf(state, topic.name, partition);
      const known = log !== undefined && leaderEpoch >= 0;
      return {
        errorCode: log === undefined ? errors.unknownTopicOrPartition : errors.none,
        partition,
        leaderEpoch: known ? 0 : -1,
        endOffset: known ? log.endOffset : -1,
      };
    }),
  })),
}));

export const deleteRecordsEndpoint = endpoint(deleteRecords, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition, offset }) => {
      const log = partitionOf(state, topic.name, partition);
      if (log === undefined) return { partition, lowWatermark: -1, errorCode: errors.unknownTopicOrPartition };
      const before = offset === -1 ? log.endOffset : offset;
      if (before < log.startOffset || before > log.endOffset) {
        return { partition, lowWatermark: -1, errorCode: errors.offsetOutOfRange };
      }
      log.deleteBefore(before);
      return { partition, lowWatermark: log.startOffset, errorCode: errors.none };
    }),
  })),
}));
