import { constants, createDeflate, createInflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';

/** A header block of a few hundred bytes is what clients send; one beyond this is not taken in. */
const maximumBytes = 64 * 1024;

/** Header blocks of one connection: each is compressed with what went before, so they are coded in order. */
export class SpdyHeaders {
  readonly #inflate = createInflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH });
  readonly #deflate = createDeflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH });

  /** Names are lower case; of several values the first stands. Rejects on a block that is broken. */
  async decode(block: Buffer): Promise<ReadonlyMap<string, string>> {
    const plain = await through(this.#inflate, block);
    let offset = 4;
    const text = () => {
      const length = plain.readUInt32BE(offset);
      const value = plain.toString('utf8', offset + 4, offset + 4 + length);
      offset += 4 + length;
      return value;
    };
    const headers = new Map<string, string>();
    for (let left = plain.readUInt32BE(0); left > 0; left -= 1)
      headers.set(text().toLowerCase(), text().split('\0')[0] ?? '');
    return headers;
  }

  encode(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const parts = [uint32(headers.size)];
    for (const word of [...headers].flat()) parts.push(uint32(Buffer.byteLength(word)), Buffer.from(word));
    return through(this.#deflate, Buffer.concat(parts));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

function through(
  stream: ReturnType<typeof createInflate> | ReturnType<typeof createDeflate>,
  block: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (error?: Error | null) => {
      stream.off('data', onData);
      stream.off('error', done);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) done(new Error('a SPDY header block is too large'));
      else chunks.push(chunk);
    };
    stream.on('data', onData);
    stream.on('error', done);
    // With a sync flush every byte that the block yields has been emitted when the write is done.
    stream.write(block, (error) => setImmediate(() => done(error)));
  });
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
