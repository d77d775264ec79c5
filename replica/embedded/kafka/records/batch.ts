import { Reader, Writer } from '../wire/buffers.ts';
import { crc32c } from '../wire/crc32c.ts';
import { codecs, decompress } from './compression.ts';
import { snappyCompress } from './snappy.ts';

/** A record batch of format v2: https://kafka.apache.org/documentation/#recordbatch */
export interface BatchHeader {
  readonly baseOffset: number;
  /** Of the whole batch, its first 12 bytes included. */
  readonly sizeBytes: number;
  readonly magic: number;
  readonly codec: number;
  readonly crcValid: boolean;
  readonly lastOffsetDelta: number;
  readonly firstTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

/** One record, decoded. */
export interface StoredRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[];
}

const headerBytes = 61;
const crcStart = 21; // what the CRC covers begins with the attributes; base offset and leader epoch stand before it

/** Reads the header of the batch at the start of the buffer. Throws RangeError when the buffer holds no whole batch. */
export function readBatchHeader(buffer: Buffer): BatchHeader {
  if (buffer.length < 17) throw new RangeError(`a record batch of ${buffer.length} bytes`);
  const sizeBytes = 12 + buffer.readInt32BE(8);
  const magic = buffer.readInt8(16);
  if (sizeBytes > buffer.length || (magic === 2 && sizeBytes < headerBytes)) {
    throw new RangeError(`a record batch of ${sizeBytes} bytes in ${buffer.length}`);
  }
  const batch = buffer.subarray(0, sizeBytes);
  const isV2 = magic === 2;
  return {
    baseOffset: Number(batch.readBigInt64BE(0)),
    sizeBytes,
    magic,
    codec: isV2 ? batch.readInt16BE(21) & 7 : 0,
    crcValid: isV2 && batch.readUInt32BE(17) === crc32c(batch.subarray(crcStart)),
    lastOffsetDelta: isV2 ? batch.readInt32BE(23) : 0,
    firstTimestampMs: isV2 ? Number(batch.readBigInt64BE(27)) : -1,
    maxTimestampMs: isV2 ? Number(batch.readBigInt64BE(35)) : -1,
    producerId: isV2 ? Number(batch.readBigInt64BE(43)) : -1,
    producerEpoch: isV2 ? batch.readInt16BE(51) : -1,
    baseSequence: isV2 ? batch.readInt32BE(53) : -1,
    recordCount: isV2 ? batch.readInt32BE(57) : 0,
  };
}

/** A copy of the batch at its place in the log. The CRC does not cover what is changed, so it stays valid. */
export function placeBatch(batch: Buffer, baseOffset: number, leaderEpoch: number): Buffer {
  const placed = Buffer.from(batch);
  placed.writeBigInt64BE(BigInt(baseOffset), 0);
  placed.writeInt32BE(leaderEpoch, 12);
  return placed;
}

/** The batch's records; undefined when it is compressed in a way that cannot be read here (lz4). */
export function readRecords(batch: Buffer): StoredRecord[] | undefined {
  const header = readBatchHeader(batch);
  const payload = decompress(header.codec, batch.subarray(headerBytes, header.sizeBytes));
  if (payload === undefined) return undefined;
  const reader = new Reader(payload);
  return Array.from({ length: header.recordCount }, () => {
    reader.varint(); // the record's length
    reader.int8(); // attributes, unused
    const timestampMs = header.firstTimestampMs + reader.varint();
    const offset = header.baseOffset + reader.varint();
    const key = nullable(reader);
    const value = nullable(reader);
    const headers = Array.from({ length: reader.varint() }, () => ({
      key: reader.bytes(reader.varint()).toString('utf8'),
      value: nullable(reader),
    }));
    return { offset, timestampMs, key, value, headers };
  });
}

function nullable(reader: Reader): Buffer | null {
  const length = reader.varint();
  return length < 0 ? null : reader.bytes(length);
}

export interface NewRecord {
  readonly timestampMs: number;
  readonly key?: Buffer;
  readonly value: Buffer;
}

/** One snappy-compressed batch of records with consecutive offsets. The records must not be none. */
export function writeBatch(baseOffset: number, records: readonly NewRecord[]): Buffer {
  const first = records[0];
  if (first === undefined) throw new RangeError('a batch without records');
  const payload = new Writer();
  let maxTimestampMs = first.timestampMs;
  for (const [delta, record] of records.entries()) {
    maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs);
    const body = writeRecord(record, record.timestampMs - first.timestampMs, delta);
    payload.varint(body.length);
    payload.bytes(body);
  }
  const covered = new Writer();
  covered.int16(codecs.snappy);
  covered.int32(records.length - 1);
  covered.int64(BigInt(first.timestampMs));
  covered.int64(BigInt(maxTimestampMs));
  covered.int64(-1n); // no idempotent producer: id, epoch, sequence
  covered.int16(-1);
  covered.int32(-1);
  covered.int32(records.length);
  covered.bytes(snappyCompress(payload.toBuffer()));
  const tail = covered.toBuffer();
  const head = Buffer.alloc(crcStart);
  head.writeBigInt64BE(BigInt(baseOffset), 0);
  head.writeInt32BE(crcStart - 12 + tail.length, 8);
  head.writeInt32BE(0, 12);
  head.writeInt8(2, 16);
  head.writeUInt32BE(crc32c(tail), 17);
  return Buffer.concat([head, tail]);
}

function writeRecord(record: NewRecord, timestampDelta: number, offsetDelta: number): Buffer {
  const writer = new Writer();
  writer.int8(0);
  writer.varint(timestampDelta);
  writer.varint(offsetDelta);
  writer.varint(record.key?.length ?? -1);
  if (record.key !== undefined) writer.bytes(record.key);
  writer.varint(record.value.length);
  writer.bytes(record.value);
  writer.varint(0);
  return writer.toBuffer();
}
