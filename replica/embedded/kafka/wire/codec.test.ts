import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader, Writer } from './buffers.ts';
import { array, type Codec, int16, int64, nullableBytes, nullableString, since, string, struct } from './codec.ts';

function roundTrip<T>(
  codec: Codec<T>,
  value: T,
  version: { number: number; flexible: boolean },
): { value: T; rest: number } {
  const writer = new Writer();
  codec.write(writer, value, version);
  const reader = new Reader(writer.toBuffer());
  return { value: codec.read(reader, version), rest: reader.remaining };
}

describe('what is written is read again', () => {
  const versions = fc.record({ number: fc.nat(12), flexible: fc.boolean() });
  const codec = struct({
    name: string,
    note: nullableString,
    body: nullableBytes,
    items: array(struct({ id: int64, errorCode: since(3, int16, -1) })),
  });

  test('in every version, to the last byte', () => {
    const value = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      note: fc.option(fc.string()),
      body: fc.option(fc.uint8Array({ maxLength: 10_000 }).map((bytes) => Buffer.from(bytes))),
      items: fc.array(fc.record({ id: fc.maxSafeInteger(), errorCode: fc.integer({ min: -32768, max: 32767 }) })),
    });
    fc.assert(
      fc.property(value, versions, (original, version) => {
        const read = roundTrip(codec, original, version);
        const items = original.items.map((item) => (version.number >= 3 ? item : { ...item, errorCode: -1 }));
        expect(read).toEqual({ value: { ...original, items }, rest: 0 });
      }),
    );
  });

  test('as varints of every size', () => {
    fc.assert(
      fc.property(fc.nat(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (unsigned, signed) => {
        const writer = new Writer();
        writer.unsignedVarint(unsigned);
        writer.varlong(signed);
        const reader = new Reader(writer.toBuffer());
        expect([reader.unsignedVarint(), reader.varlong(), reader.remaining]).toEqual([unsigned, signed, 0]);
      }),
    );
  });
});

test('fields of a later version are skipped', () => {
  const writer = new Writer();
  writer.int16(7);
  writer.unsignedVarint(1); // one tagged field: tag 0, two bytes
  writer.unsignedVarint(0);
  writer.unsignedVarint(2);
  writer.bytes(Buffer.from('ab'));
  const reader = new Reader(writer.toBuffer());
  expect(struct({ code: int16 }).read(reader, { number: 1, flexible: true })).toEqual({ code: 7 });
  expect(reader.remaining).toBe(0);
});

test('an array that claims more than there is throws', () => {
  const reader = new Reader(Buffer.from([0x7f, 0xff, 0xff, 0xff]));
  expect(() => array(int16).read(reader, { number: 0, flexible: false })).toThrow(RangeError);
});
