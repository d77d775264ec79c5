import type { Reader, Writer } from './buffers.ts';

/** The version of a message; from some version on an API is flexible: compact lengths and tagged fields (KIP-482). */
interface Version {
  readonly number: number;
  readonly flexible: boolean;
}

/** How one field travels, in both directions. */
export interface Codec<T> {
  read(reader: Reader, version: Version): T;
  write(writer: Writer, value: T, version: Version): void;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

export const boolean: Codec<boolean> = {
  read: (reader) => reader.int8() !== 0,
  write: (writer, value) => writer.int8(value ? 1 : 0),
};
export const int8: Codec<number> = { read: (reader) => reader.int8(), write: (writer, value) => writer.int8(value) };
export const int16: Codec<number> = { read: (reader) => reader.int16(), write: (writer, value) => writer.int16(value) };
export const int32: Codec<number> = { read: (reader) => reader.int32(), write: (writer, value) => writer.int32(value) };

/** An int64 as a number: offsets and times stay below 2^53. */
export const int64: Codec<number> = {
  read: (reader) => Number(reader.int64()),
  write: (writer, value) => writer.int64(BigInt(value)),
};

/** Bytes, null included; `lengths` says how a length before KIP-482 is written. */
function nullableSequence(lengths: Codec<number>): Codec<Buffer | null> {
  return {
    read(reader, version) {
      const length = version.flexible ? reader.unsignedVarint() - 1 : lengths.read(reader, version);
      return length < 0 ? null : reader.bytes(length);
    },
    write(writer, value, version) {
      if (version.flexible) writer.unsignedVarint(value === null ? 0 : value.length + 1);
      else lengths.write(writer, value === null ? -1 : value.length, version);
      if (value !== null) writer.bytes(value);
    },
  };
}

export const nullableBytes = nullableSequence(int32);
const shortBytes = nullableSequence(int16);

export const bytes: Codec<Buffer> = {
  read: (reader, version) => nullableBytes.read(reader, version) ?? Buffer.alloc(0),
  write: nullableBytes.write,
};

export const nullableString: Codec<string | null> = {
  read: (reader, version) => shortBytes.read(reader, version)?.toString('utf8') ?? null,
  write: (writer, value, version) => shortBytes.write(writer, value === null ? null : Buffer.from(value), version),
};

export const string: Codec<string> = {
  read: (reader, version) => nullableString.read(reader, version) ?? '',
  write: nullableString.write,
};

export function nullableArray<T>(item: Codec<T>): Codec<readonly T[] | null> {
  return {
    read(reader, version) {
      const length = version.flexible ? reader.unsignedVarint() - 1 : reader.int32();
      if (length < 0) return null;
      // A length that the message cannot hold would otherwise allocate what an attacker likes.
      if (length > reader.remaining) throw new RangeError(`an array of ${length} in ${reader.remaining} bytes`);
      return Array.from({ length }, () => item.read(reader, version));
    },
    write(writer, value, version) {
      if (version.flexible) writer.unsignedVarint(value === null ? 0 : value.length + 1);
      else writer.int32(value === null ? -1 : value.length);
      for (const element of value ?? []) item.write(writer, element, version);
    },
  };
}

export function array<T>(item: Codec<T>): Codec<readonly T[]> {
  const nullable = nullableArray(item);
  return { read: (reader, version) => nullable.read(reader, version) ?? [], write: nullable.write };
}

/** A field that exists in versions `from` to `to` only; elsewhere it reads as `absent` and is not written. */
export function between<T>(from: number, to: number, codec: Codec<T>, absent: T): Codec<T> {
  const holds = (version: Version) => version.number >= from && version.number <= to;
  return {
    read: (reader, version) => (holds(version) ? codec.read(reader, version) : absent),
    write: (writer, value, version) => {
      if (holds(version)) codec.write(writer, value, version);
    },
  };
}

export function since<T>(from: number, codec: Codec<T>, absent: T): Codec<T> {
  return between(from, Number.POSITIVE_INFINITY, codec, absent);
}

type StructOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** Fields in the order they are given; a flexible one ends with tagged fields, of which none is used here. */
export function struct<F extends Record<keyof F, Codec<unknown>>>(fields: F): Codec<StructOf<F>> {
  const entries = Object.entries(fields) as [string, Codec<unknown>][];
  return {
    read(reader, version) {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) value[name] = codec.read(reader, version);
      if (version.flexible) skipTaggedFields(reader);
      return value as StructOf<F>;
    },
    write(writer, value, version) {
      const members = value as Readonly<Record<string, unknown>>;
      for (const [name, codec] of entries) codec.write(writer, members[name], version);
      if (version.flexible) writer.unsignedVarint(0);
    },
  };
}

export function skipTaggedFields(reader: Reader): void {
  for (let count = reader.unsignedVarint(); count > 0; count--) {
    reader.unsignedVarint();
    reader.bytes(reader.unsignedVarint());
  }
}
