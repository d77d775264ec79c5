/** Reads Kafka's primitive types from a buffer; throws RangeError when it ends too early. */
export class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }

  int64(): bigint {
    return this.#buffer.readBigInt64BE(this.#advance(8));
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#buffer.readUInt8(this.#advance(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a varint of more than 5 bytes');
  }

  /** A zigzag varint of up to 64 bits, as records use. */
  varlong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#buffer.readUInt8(this.#advance(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return (value >> 1n) ^ -(value & 1n);
    }
    throw new RangeError('a varlong of more than 10 bytes');
  }

  varint(): number {
    return Number(this.varlong());
  }

  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#buffer.subarray(start, start + length);
  }

  #advance(length: number): number {
    if (length < 0 || length > this.remaining) throw new RangeError(`${length} bytes wanted, ${this.remaining} left`);
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

/** Writes Kafka's primitive types. Large byte strings are kept as they are, not copied. */
export class Writer {
  readonly #done: Buffer[] = [];
  #scratch = Buffer.allocUnsafe(512);
  #at = 0;

  int8(value: number): void {
    this.#reserve(1);
    this.#at = this.#scratch.writeInt8(value, this.#at);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#at = this.#scratch.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#at = this.#scratch.writeInt32BE(value, this.#at);
  }

  int64(value: bigint): void {
    this.#reserve(8);
    this.#at = this.#scratch.writeBigInt64BE(value, this.#at);
  }

  unsignedVarint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#at = this.#scratch.writeUInt8((rest % 0x80) | 0x80, this.#at);
      rest = Math.floor(rest / 0x80);
    }
    this.#at = this.#scratch.writeUInt8(rest, this.#at);
  }

  varlong(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest >= 0x80n) {
      this.#at = this.#scratch.writeUInt8(Number(rest & 0x7fn) | 0x80, this.#at);
      rest >>= 7n;
    }
    this.#at = this.#scratch.writeUInt8(Number(rest), this.#at);
  }

  varint(value: number): void {
    this.varlong(BigInt(value));
  }

  bytes(value: Buffer): void {
    if (value.length > 4096) {
      this.#flush();
      this.#done.push(value);
      return;
    }
    this.#reserve(value.length);
    this.#at += value.copy(this.#scratch, this.#at);
  }

  /** Everything written so far, in one buffer. */
  toBuffer(): Buffer {
    this.#flush();
    return Buffer.concat(this.#done);
  }

  #flush(): void {
    if (this.#at > 0) this.#done.push(this.#scratch.subarray(0, this.#at));
    this.#scratch = Buffer.allocUnsafe(512);
    this.#at = 0;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#scratch.length) return;
    this.#flush();
    if (length > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(length);
  }
}
