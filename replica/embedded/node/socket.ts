import { AsyncLocalStorage } from 'node:async_hooks';
import { Duplex } from 'node:stream';

/** An error as node:net reports it, told apart by `code`. */
export function socketError(code: SocketErrorCode, action: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${action} ${code}`), { code, syscall: action });
}

type SocketErrorCode = 'ECONNREFUSED' | 'ECONNRESET' | 'ENOTFOUND' | 'EPIPE' | 'ETIMEDOUT';

/** What lies between the two ends of a connection: how long bytes travel, and whether they travel at all. */
export class Link {
  /** Milliseconds each way. */
  delayMs = 0;
  readonly #underWay: { readonly deliver: () => void; readonly dueMs: number }[] = [];
  #held = false;
  #waiting = false;

  /** Lets nothing through until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#await();
  }

  /** Delivers in the order of sending, and never within the call. */
  pass(deliver: () => void): void {
    this.#underWay.push({ deliver, dueMs: performance.now() + this.delayMs });
    this.#await();
  }

  #await(): void {
    const [next] = this.#underWay;
    if (!next || this.#held || this.#waiting) return;
    this.#waiting = true;
    const waitMs = next.dueMs - performance.now();
    if (waitMs > 0) setTimeout(() => this.#deliver(), waitMs);
    else setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#waiting = false;
    const nowMs = performance.now();
    while (!this.#held && this.#underWay[0] && this.#underWay[0].dueMs <= nowMs) this.#underWay.shift()?.deliver();
    this.#await();
  }
}

/** What a sender may have under way before it must wait, as a kernel's send buffer. */
const sendBufferBytes = 64 * 1024;

interface SocketAddress {
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
  /** Sent, and not taken by the peer yet. */
  #underWayBytes = 0;
  #sendBufferFree: (() => void) | undefined;
  /** Tells the peer that what it sent has been taken. */
  #untaken: (() => void)[] = [];
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
    if (peer) peer.#inContext(() => peer.destroy(socketError('ECONNRESET', 'read')));
    return this;
  }

  /** For clients that connect the socket that they are given: it is connected already, and says so a moment later. */
  connect(..._arguments: unknown[]): this {
    setImmediate(() => this.emit('connect'));
    return this;
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
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
    for (const taken of this.#untaken.splice(0)) taken();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#timeout?.refresh();
    if (!this.#peer || this.#peer.destroyed) {
      done(socketError('EPIPE', 'write'));
      return;
    }
    this.#underWayBytes += chunk.length;
    this.#send((peer) => peer.#receive(chunk, () => this.#taken(chunk.length)));
    // What was written is on its way, whatever becomes of this end: a close right behind it loses none of it.
    if (this.#underWayBytes < sendBufferBytes) done();
    else this.#sendBufferFree = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#send((peer) => peer.#receiveEnd());
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    this._read();
    this.#sendBufferFree?.();
    this.#send((peer) => peer.#receiveClose());
    done(error);
  }

  /** Has the peer do something when it arrives, in the peer's own context: what it throws there is its own. */
  #send(arrive: (peer: PodSocket) => void): void {
    const peer = this.#peer;
    if (!peer) return;
    this.#link.pass(() => peer.#inContext(() => queueMicrotask(() => arrive(peer))));
  }

  #taken(bytes: number): void {
    this.#underWayBytes -= bytes;
    if (this.#underWayBytes >= sendBufferBytes) return;
    const free = this.#sendBufferFree;
    this.#sendBufferFree = undefined;
    free?.();
  }

  #receive(chunk: Buffer, taken: () => void): void {
    this.#timeout?.refresh();
    this.#untaken.push(taken);
    if (this.destroyed || this.push(chunk)) this._read();
  }

  #receiveEnd(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
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
  // As net.connect makes them: a client may hear of the other end's leaving by 'close' alone, as pg does.
  near.allowHalfOpen = false;
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
