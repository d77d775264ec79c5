import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** In v5 of the protocol a message on this channel names one that its sender has finished. */
const closeChannel = 255;
const pingMs = 5_000;

/** Byte streams by number over one websocket: each message begins with the number of its channel. */
export class WebSocketChannels {
  readonly #socket: WebSocket;
  readonly #channels = new Map<number, Channel>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(asBuffer(data)));
    socket.on('error', () => {});
    // A socket that is not read does not notice that its client has gone; one that is written to does.
    const ping = setInterval(() => socket.ping(), pingMs).unref();
    socket.on('close', () => {
      clearInterval(ping);
      for (const channel of this.#channels.values()) channel.destroy();
    });
  }

  /** The byte stream of a channel; what comes on channels that nobody opened is dropped. */
  open(number: number): Duplex {
    const channel = new Channel(number, this.#socket, () => this.#resumeIfTaken());
    this.#channels.set(number, channel);
    return channel;
  }

  /** Closes the websocket in order, everything written having been sent. */
  close(): void {
    this.#socket.resume();
    this.#socket.close(1000);
  }

  #receive(message: Buffer): void {
    const number = message[0];
    if (number === undefined) return;
    if (number === closeChannel) return void this.#channels.get(message[1] ?? -1)?.push(null);
    const channel = this.#channels.get(number);
    if (!channel || channel.destroyed || channel.readableEnded || message.length === 1) return;
    channel.full = !channel.push(message.subarray(1));
    if (channel.full) this.#socket.pause();
  }

  /** One channel that is not read holds up the others: they share a connection. */
  #resumeIfTaken(): void {
    if ([...this.#channels.values()].every((each) => !each.full)) this.#socket.resume();
  }
}

class Channel extends Duplex {
  readonly #number: number;
  readonly #socket: WebSocket;
  readonly #wanted: () => void;
  /** It holds all that it will, and has not been read since. */
  full = false;

  constructor(number: number, socket: WebSocket, wanted: () => void) {
    super({ allowHalfOpen: true });
    this.#number = number;
    this.#socket = socket;
    this.#wanted = wanted;
    this.on('error', () => {});
  }

  override _read(): void {
    this.full = false;
    this.#wanted();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const message = Buffer.allocUnsafe(chunk.length + 1);
    message[0] = this.#number;
    chunk.copy(message, 1);
    this.#socket.send(message, { binary: true }, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    done(error);
  }
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
