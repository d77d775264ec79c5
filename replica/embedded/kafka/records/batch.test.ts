import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeBatch, readBatchHeader, readRecords, writeBatch } from './batch.ts';

const record = fc.record(
  {
    timestampMs: fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }),
    key: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    value: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  },
  { requiredKeys: ['timestampMs', 'value'] },
);

describe('a batch', () => {
  test('holds its records, wherever it is placed', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat(), (records, made, placed) => {
        const batch = placeBatch(writeBatch(made, records), placed, 3);
        const header = readBatchHeader(batch);
        expect(header).toMatchObject({
          baseOffset: placed,
          sizeBytes: batch.length,
          magic: 2,
          crcValid: true,
          lastOffsetDelta: records.length - 1,
          recordCount: records.length,
          producerId: -1,
          maxTimestampMs: Math.max(...records.map(({ timestampMs }) => timestampMs)),
        });
        expect(readRecords(batch)).toEqual(
          records.map(({ timestampMs, key, value }, index) => ({
            offset: placed + index,
            timestampMs,
            key: key ?? null,
            value,
            headers: [],
          })),
        );
      }),
    );
  });

  test('that is damaged in any byte after its length is not taken for valid', () => {
    const batch = writeBatch(0, [{ timestampMs: 1_700_000_000_000, value: Buffer.from('{"d0":4}') }]);
    for (let at = 17; at < batch.length; at++) {
      const damaged = Buffer.from(batch);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      expect(readBatchHeader(damaged).crcValid, `byte ${at}`).toBe(false);
    }
  });

  test('that is cut off throws', () => {
    const batch = writeBatch(0, [{ timestampMs: 1, value: Buffer.from('x') }]);
    expect(() => readBatchHeader(batch.subarray(0, batch.length - 1))).toThrow(RangeError);
    expect(() => readBatchHeader(batch.subarray(0, 10))).toThrow(RangeError);
  });
});
