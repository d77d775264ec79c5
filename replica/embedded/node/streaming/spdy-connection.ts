import { Duplex } from 'node:stream';
import { SpdyHeaders } from './spdy-headers.ts';

/** Control frames of SPDY/3.1 that Kubernetes' clients send. */
const frameType = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const finFlag = 1;
const cancelStatus = 5;
const headerBytes = 8;
const hangUpMs = 2_000;

/**
 * What one stream may hold unread before the whole connection waits for it. Kubernetes' SPDY library knows no flow
 * control by stream (it neither sends WINDOW_UPDATE nor heeds it): what slows a peer down is TCP alone.
 */
const streamBufferBytes = 256 * 1024;

/** The serving side of SPDY/3.1 as Kubernetes uses it for port-forward and exec, over any byte stream. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #headers = new SpdyHeaders();
  readonly #streams = new Map<number, SpdyStream>();
  #lastStream = 0;

  /** Every stream that the client opens is answered at once and handed to `onStream`. */
  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
    transport.on('error', () => {});
    transport.on('close', () => {
      this.#headers.close();
      for (const stream of [...this.#streams.values()]) stream.destroy();
    });
    // A frame that makes no sense ends the connection, as any breach of the protocol does.
    this.#read().catch(() => transport.destroy());
  }

  /** Says goodbye. The client is the one to hang up, as it may still be writing; one that does not is hung up on. */
  close(): void {
    const goodbye = Buffer.alloc(8);
    goodbye.writeUInt32BE(this.#lastStream);
    this.#control(frameType.goAway, 0, goodbye);
    const hangUp = setTimeout(() => this.#transport.end(), hangUpMs);
    this.#transport.once('close', () => clearTimeout(hangUp));
  }

  /** Writes a stream's data; `done` is called when the transport wants more. */
  writeData(id: number, chunk: Buffer, flags: number, done: (error?: Error | null) => void): void {
    if (this.#transport.destroyed || this.#transport.writableEnded) {
      done(new Error('the connection is closed'));
      return;
    }
    const header = Buffer.alloc(headerBytes);
    header.writeUInt32BE(id);
    header[4] = flags;
    header.writeUIntBE(chunk.length, 5, 3);
    this.#transport.write(header);
    this.#transport.write(chunk, done);
  }

  /** A stream is over; if not in good order, the client is told. */
  forget(id: number, reset: boolean): void {
    if (!this.#streams.delete(id) || !reset || this.#transport.destroyed || this.#transport.writableEnded) return;
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(id);
    payload.writeUInt32BE(cancelStatus, 4);
    this.#control(frameType.rstStream, 0, payload);
  }

  async #read(): Promise<void> {
    let buffered: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#transport) {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      while (buffered.length >= headerBytes) {
        const end = headerBytes + buffered.readUIntBE(5, 3);
        if (buffered.length < end) break;
        await this.#handle(buffered.subarray(0, end));
        buffered = buffered.subarray(end);
      }
    }
    this.#transport.destroy();
  }

  async #handle(frame: Buffer): Promise<void> {
    const first = frame.readUInt32BE(0);
    const flags = frame.readUInt8(4);
    const payload = frame.subarray(headerBytes);
    if (first >>> 31 === 0) {
      await this.#streams.get(first)?.receive(payload, (flags & finFlag) !== 0);
      return;
    }
    const type = first & 0xffff;
    if (type === frameType.synStream) await this.#open(payload, flags);
    else if (type === frameType.rstStream)
      this.#streams.get(payload.readUInt32BE(0))?.destroy(new Error('the client reset the stream'));
    else if (type === frameType.ping) this.#control(frameType.ping, 0, payload);
    // Settings, priorities and windows change nothing here; after a GOAWAY the client closes the connection itself.
  }

  async #open(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    // Stream, associated stream, priority and slot stand before the headers.
    const headers = await this.#headers.decode(payload.subarray(10));
    const reply = Buffer.concat([payload.subarray(0, 4), await this.#headers.encode(new Map())]);
    const stream = new SpdyStream(this, id, headers, streamBufferBytes);
    this.#streams.set(id, stream);
    this.#lastStream = Math.max(this.#lastStream, id);
    this.#control(frameType.synReply, 0, reply);
    if ((flags & finFlag) !== 0) await stream.receive(Buffer.alloc(0), true);
    this.#onStream(stream);
  }

  #control(type: number, flags: number, payload: Buffer): void {
    if (this.#transport.destroyed || this.#transport.writableEnded) return;
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16BE(0x8003);
    header.writeUInt16BE(type, 2);
    header[4] = flags;
    header.writeUIntBE(payload.length, 5, 3);
    this.#transport.write(Buffer.concat([header, payload]));
  }
}

/** One stream of a connection, with the headers that the client opened it with. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly #connection: SpdyConnection;
  #wanted: (() => void) | undefined;

  constructor(connection: SpdyConnection, id: number, headers: ReadonlyMap<string, string>, bufferBytes: number) {
    super({ allowHalfOpen: true, readableHighWaterMark: bufferBytes });
    this.#connection = connection;
    this.id = id;
    this.headers = headers;
    this.on('error', () => {});
  }

  /** Takes in a data frame; resolves when the stream can hold more. */
  async receive(payload: Buffer, fin: boolean): Promise<void> {
    if (this.destroyed || this.readableEnded) return;
    const full = payload.length > 0 && !this.push(payload);
    if (fin) this.push(null);
    else if (full) await new Promise<void>((resolve) => (this.#wanted = resolve));
  }

  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.writeData(this.id, chunk, 0, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.writeData(this.id, Buffer.alloc(0), finFlag, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    this.#connection.forget(this.id, !this.writableFinished || !this.readableEnded);
    done(error);
  }
}
