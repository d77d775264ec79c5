import { AsyncLocalStorage } from 'node:async_hooks';
import { Duplex } from 'node:stream';

/** An error as node:net reports it, told apart by `code`. */
export function socketError(code: SocketErrorCode, action: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${action} ${code}`), { code, syscall: action });
}

export type SocketErrorCode = 'ECONNREFUSED' | 'ECONNRESET' | 'ENOTFOUND' | 'EPIPE' | 'ETIMEDOUT';

/** What lies between the two ends of a connection: how long bytes travel, and whether they travel at all. */
export class Link {
  /** Milliseconds each way. */
  delayMs = 0;
  #held: (() => void)[] | undefined;

  /** Lets nothing through until `release`; what is sent meanwhile waits with the sender. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) this.pass(deliver);
  }

  /** Never delivers within the call: the sender must not run the receiver's code, nor see what it throws. */
  pass(deliver: () => void): void {
    if (this.#held) this.#held.push(deliver);
    else if (this.delayMs > 0) setTimeout(deliver, this.delayMs);
    else setImmediate(deliver);
  }
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * One end of a connection in memory. It behaves as node:net's Socket where clients look: backpressure, half-close,
 * reset, and the methods that clients of sockets call. An error nobody listens for is not thrown: it is the
 * program's to notice, and must not end the replica.
 */
export class PodSocket extends Duplex {
  readonly connecting = false;
  readonly encrypted = false;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily = 'IPv4';
  readonly #link: Link;
  /** The owner's asynchronous context: what arrives is handled, and what is thrown is attributed, there. */
  readonly #inContext = AsyncLocalStorage.snapshot();
  #peer: PodSocket | undefined;
  #sender: ((error?: Error | null) => void) | undefined;
  #timeout: NodeJS.Timeout | undefined;

  constructor(link: Link, local: SocketAddress, remote: SocketAddress) {
    super({ allowHalfOpen: true });
    this.#link = link;
    this.localAddress = local.address;
    this.localPort = local.port;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.on('error', () => {});
  }

  /** Joins two ends; each then receives what the other writes. */
  static join(a: PodSocket, b: PodSocket): void {
    a.#peer = b;
    b.#peer = a;
  }

  /** Ends both directions at once; the other end fails with ECONNRESET. */
  resetAndDestroy(): this {
    const peer = this.#peer;
    this.destroy(socketError('ECONNRESET', 'read'));
    peer?.destroy(socketError('ECONNRESET', 'read'));
    return this;
  }

  /** For clients that connect the socket that they are given: it is connected already, and says so a moment later. */
  connect(..._arguments: unknown[]): this {
    setImmediate(() => this.emit('connect'));
    return this;
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timeout);
    if (listener) this.once('timeout', listener);
    if (milliseconds > 0 && !this.destroyed)
      this.#timeout = setTimeout(() => this.emit('timeout'), milliseconds).unref();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    const sender = this.#sender;
    this.#sender = undefined;
    sender?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#timeout?.refresh();
    this.#link.pass(() => {
      const peer = this.#peer;
      if (!peer || peer.destroyed) done(socketError('EPIPE', 'write'));
      else peer.#inContext(() => peer.#receive(chunk, done));
    });
  }

  /** What was written together travels together, so that a close right behind it loses none of it, as in a kernel. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#link.pass(() => {
      if (this.#peer) this.#peer.#receiveEnd();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timeout);
    this.#sender?.(socketError('EPIPE', 'write'));
    this.#sender = undefined;
    this.#link.pass(() => {
      if (this.#peer) this.#peer.#receiveClose();
    });
    done(error);
  }

  #receive(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#timeout?.refresh();
    // The sender goes on first: a listener of ours that throws must not leave it waiting.
    if (this.readableLength + chunk.length < this.readableHighWaterMark) done();
    else this.#sender = done;
    if (this.push(chunk)) this._read();
  }

  #receiveEnd(): void {
    if (!this.destroyed && !this.readableEnded) this.#inContext(() => this.push(null));
  }

  /** The other end is gone for good: once what it sent is read, there is nothing left to say either. */
  #receiveClose(): void {
    if (this.destroyed) return;
    this.allowHalfOpen = false;
    if (this.readableEnded) this.end();
    else this.#receiveEnd();
  }
}

/**
 * A socket at once for a connection that comes later, for clients that take no promise. It emits 'connect' when `dial`
 * has resolved, and is destroyed with the error when it rejects.
 */
export function connectLater(dial: () => Promise<Duplex>): PodSocket {
  const here = { address: '127.0.0.1', port: 0 };
  const link = new Link();
  const near = new LaterSocket(link, here, here);
  const far = new PodSocket(link, here, here);
  PodSocket.join(near, far);
  dial().then(
    (socket) => {
      if (near.destroyed) return void socket.destroy();
      bridge(far, socket);
      near.emit('connect');
    },
    (error: Error) => near.destroy(error),
  );
  return near;
}

class LaterSocket extends PodSocket {
  /** 'connect' comes from the connection itself. */
  override connect(): this {
    return this;
  }
}

/** Joins two byte streams in both directions, each end's half-close, close and error passed on to the other. */
export function bridge(a: Duplex, b: Duplex): void {
  a.pipe(b);
  b.pipe(a);
  const follow = (from: Duplex, to: Duplex) => {
    from.on('error', () => reset(to));
    from.on('close', () => {
      // An end that was closed before it had said everything did not close in order.
      if (!from.readableEnded || !from.writableFinished) to.destroy();
    });
  };
  follow(a, b);
  follow(b, a);
}

function reset(stream: Duplex): void {
  if (stream instanceof PodSocket) stream.resetAndDestroy();
  else stream.destroy();
}
