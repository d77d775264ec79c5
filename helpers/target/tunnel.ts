import { Duplex } from 'node:stream';
import WebSocket, { type RawData } from 'ws';
import { Unobservable } from '../unobservable.ts';
import { answerError } from './answer.ts';
import { unobservable } from './errors.ts';
import { mask } from './mask.ts';
import { apiRequest } from './request.ts';
import type { ApiTransport } from './transport.ts';

/** Port-forward over a websocket: the first byte of each message is its channel, two channels a port. */
const protocol = 'v4.channel.k8s.io';
const dataChannel = 0;
const errorChannel = 1;
/** The first message of each channel repeats the port, as an unsigned 16-bit number. */
const portBytes = 2;
/** A kubelet sends at most 32 kB at once; a message larger than this is refused rather than buffered. */
const largestMessage = 16 * 1024 * 1024;
/** How long the other side may take to answer our close, and to close after it reported an error. */
const goodbyeMs = 1000;

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * Opens a byte stream to a port of a pod.
 *
 * The API server opens the tunnel before it knows whether the port answers: a refused port is an `error` event of the
 * stream, with the kubelet's words. Throws `Unobservable` when the tunnel itself cannot be opened within the transport's
 * deadline.
 */
export async function openTunnel(transport: ApiTransport, to: PodPort): Promise<PodTunnel> {
  const url = new URL(
    `${transport.server}/api/v1/namespaces/${to.namespace}/pods/${to.pod}/portforward?ports=${to.port}`,
  );
  const what = `port-forward to pod ${to.namespace}/${to.pod}, port ${to.port}`;
  if (transport.closed.aborted) throw new Unobservable('timeout', `${what}: given up, the target was closed`);
  const authentication = await transport.authentication();
  const seconds = transport.deadlineSeconds;
  const websocket = new WebSocket(url, [protocol], {
    ...authentication,
    perMessageDeflate: false,
    maxPayload: largestMessage,
    handshakeTimeout: seconds * 1000,
  });
  const giveUp = () => websocket.terminate();
  transport.closed.addEventListener('abort', giveUp, { once: true });
  websocket.once('close', () => transport.closed.removeEventListener('abort', giveUp));
  try {
    await opened(websocket, url);
  } catch (error) {
    websocket.terminate();
    if (error instanceof Error && /handshake has timed out/.test(error.message)) {
      throw new Unobservable('timeout', `${what}: the API server opened no tunnel within ${seconds} s`, {
        cause: error,
      });
    }
    if (error instanceof Error && error.name === 'ApiAnswer') {
      throw new Unobservable('no-ready-pod', `${what}: ${error.message}`, { cause: error });
    }
    throw unobservable(error, what);
  }
  return new PodTunnel(websocket, what);
}

function opened(websocket: WebSocket, url: URL): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  websocket.once('open', resolve);
  // Stays until the tunnel listens itself: an error without a listener would end the process.
  websocket.on('error', reject);
  websocket.once('unexpected-response', (_request, response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      body = (body + chunk).slice(0, 10_000);
    });
    response.on('error', reject);
    response.on('end', () => reject(answerError(response.statusCode ?? 0, body, apiRequest(url))));
  });
  return promise;
}

/**
 * A tunnel to one port of one pod, usable as a socket by pg, kafkajs, mqtt and http.Agent.
 *
 * Backpressure works both ways: a reader that pauses pauses the websocket's socket, and a write is done when the kernel
 * has taken it. It cannot be closed half: the protocol has no word for it, so `end()` closes both directions.
 */
export class PodTunnel extends Duplex {
  readonly #websocket: WebSocket;
  readonly #what: string;
  /** Bytes of each channel's port announcement that are still to come. */
  readonly #announced = [portBytes, portBytes];
  #errorText = '';
  #farewell: NodeJS.Timeout | undefined;

  constructor(websocket: WebSocket, what: string) {
    super({ allowHalfOpen: false });
    this.#websocket = websocket;
    this.#what = what;
    websocket.on('message', (message) => this.#receive(message));
    websocket.on('error', (error) => this.destroy(error));
    websocket.on('close', (code) => this.#closed(code));
  }

  #receive(message: RawData): void {
    const bytes = asBuffer(message);
    const channel = bytes[0];
    if (channel !== dataChannel && channel !== errorChannel) return;
    const announced = Math.min(this.#announced[channel] ?? 0, bytes.length - 1);
    this.#announced[channel] = (this.#announced[channel] ?? 0) - announced;
    const payload = bytes.subarray(1 + announced);
    if (payload.length === 0) return;
    if (channel === errorChannel) {
      this.#errorText = (this.#errorText + payload.toString('utf8')).slice(0, 10_000);
      // The server should close now. One that does not must not make a refused port look like one that hangs.
      this.#farewell ??= setTimeout(() => this.#websocket.terminate(), goodbyeMs);
    } else if (!this.push(payload)) {
      this.#websocket.pause();
    }
  }

  #closed(code: number): void {
    clearTimeout(this.#farewell);
    if (this.#errorText !== '') {
      this.destroy(tunnelError(`${this.#what}: ${mask(this.#errorText.trim())}`));
    } else if (code === 1006 && !this.writableEnded) {
      this.destroy(tunnelError(`${this.#what}: the tunnel was cut off`));
    } else {
      this.push(null);
    }
  }

  override _read(): void {
    if (this.#websocket.isPaused) this.#websocket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#websocket.readyState !== WebSocket.OPEN) {
      done(tunnelError(`${this.#what}: the tunnel is closed`));
      return;
    }
    const framed = Buffer.allocUnsafe(chunk.length + 1);
    framed[0] = dataChannel;
    chunk.copy(framed, 1);
    this.#websocket.send(framed, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#websocket.close(1000);
    // Nobody may read any more, and then the server's own close is never seen.
    this.#farewell ??= setTimeout(() => this.#websocket.terminate(), goodbyeMs);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#farewell);
    this.#websocket.terminate();
    done(error);
  }

  /** pg calls it and waits for `connect`, which must not come before its listener is there. */
  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  /** ws has set TCP_NODELAY on the socket beneath. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** Deadlines belong to the clients and to the target, not to the socket. */
  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

function asBuffer(message: RawData): Buffer {
  if (Buffer.isBuffer(message)) return message;
  return Array.isArray(message) ? Buffer.concat(message) : Buffer.from(message);
}

/** With the code that a socket's error would have, so that clients treat it as theirs. */
function tunnelError(message: string): NodeJS.ErrnoException {
  const code = /connection refused/i.test(message) ? 'ECONNREFUSED' : 'ECONNRESET';
  return Object.assign(new Error(message), { code });
}
