import { type BatchHeader, readBatchHeader } from '../records/batch.ts';
import type { PartitionLog } from '../records/partition-log.ts';
import { type BrokerState, partitionOf } from '../state.ts';
import { errors } from '../wire/errors.ts';
import { initProducerId, produce } from '../wire/record-apis.ts';
import { endpoint } from './endpoint.ts';

const largestBatchBytes = 1024 * 1024; // kafka_batch_max_bytes

export const produceEndpoint = endpoint(produce, (request, { state }) => {
  const topics = request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition, records }) => {
      const log = partitionOf(state, topic.name, partition);
      const answer =
        log === undefined
          ? refused(errors.unknownTopicOrPartition)
          : store(state, `${topic.name}-${partition}`, log, records ?? Buffer.alloc(0));
      return {
        partition,
        ...answer,
        logAppendTimeMs: -1,
        logStartOffset: log?.startOffset ?? -1,
        recordErrors: [],
        errorMessage: null,
      };
    }),
  }));
  return request.acks === 0 ? undefined : { topics, throttleTimeMs: 0 };
});

interface Stored {
  readonly errorCode: number;
  readonly baseOffset: number;
}

function refused(errorCode: number): Stored {
  return { errorCode, baseOffset: -1 };
}

function store(state: BrokerState, place: string, log: PartitionLog, records: Buffer): Stored {
  const batches: { header: BatchHeader; bytes: Buffer }[] = [];
  try {
    for (let at = 0; at < records.length; ) {
      const header = readBatchHeader(records.subarray(at));
      batches.push({ header, bytes: records.subarray(at, at + header.sizeBytes) });
      at += header.sizeBytes;
    }
  } catch {
    return refused(errors.corruptMessage);
  }
  if (batches.length === 0) return refused(errors.invalidRequest);
  for (const { header } of batches) {
    if (header.magic !== 2) return refused(errors.unsupportedForMessageFormat);
    if (!header.crcValid) return refused(errors.corruptMessage);
    if (header.sizeBytes > largestBatchBytes) return refused(errors.messageTooLarge);
  }
  let first: number | undefined;
  for (const { header, bytes } of batches) {
    const stored = header.producerId < 0 ? append(log, bytes, header) : appendOnce(state, place, log, bytes, header);
    if (stored.errorCode !== errors.none) return stored;
    first ??= stored.baseOffset;
  }
  return { errorCode: errors.none, baseOffset: first ?? -1 };
}

function append(log: PartitionLog, bytes: Buffer, header: BatchHeader): Stored {
  return { errorCode: errors.none, baseOffset: log.append(bytes, header) };
}

/** An idempotent producer's batch: one that came before is answered with the place it got then, a gap is refused. */
function appendOnce(state: BrokerState, place: string, log: PartitionLog, bytes: Buffer, header: BatchHeader): Stored {
  const remembered = 5; // as many as a producer may have in flight
  const key = `${place}/${header.producerId}`;
  const known = state.producers.get(key);
  const sameEpoch = known?.epoch === header.producerEpoch;
  const batches = sameEpoch ? known.batches : [];
  const firstSequence = header.baseSequence;
  const lastSequence = firstSequence + header.lastOffsetDelta;
  const repeated = batches.find(
    (batch) => batch.firstSequence === firstSequence && batch.lastSequence === lastSequence,
  );
  if (repeated !== undefined) return { errorCode: errors.none, baseOffset: repeated.baseOffset };
  const last = batches.at(-1);
  const expected = last === undefined ? firstSequence : (last.lastSequence + 1) % 2 ** 31;
  if (firstSequence !== expected) return refused(errors.outOfOrderSequenceNumber);
  const stored = append(log, bytes, header);
  const next = [...batches, { firstSequence, lastSequence, baseOffset: stored.baseOffset }].slice(-remembered);
  state.producers.set(key, { epoch: header.producerEpoch, batches: next });
  return stored;
}

export const initProducerIdEndpoint = endpoint(initProducerId, (request, { state }) => {
  if (request.transactionalId !== null) {
    return { throttleTimeMs: 0, errorCode: errors.unsupportedVersion, producerId: -1, producerEpoch: -1 };
  }
  return { throttleTimeMs: 0, errorCode: errors.none, producerId: state.nextProducerId++, producerEpoch: 0 };
});
