import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import WebSocket, { type RawData } from 'ws';
import { Unobservable } from '../unobservable.ts';
import { ApiAnswer } from './answer.ts';
import { mask } from './mask.ts';
import { type ApiTransport, refusal } from './transport.ts';

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
 * deadline; `no-ready-pod` when the pod is gone.
 */
export async function openTunnel(transport: ApiTransport, to: PodPort): Promise<PodTunnel> {
  const path = `/api/v1/namespaces/${to.namespace}/pods/${to.pod}/portforward?ports=${to.port}`;
  const url = new URL(transport.server + path);
  const what = `port-forward to pod ${to.namespace}/${to.pod}, port ${to.port}`;
  try {
    return await transport.withinDeadline(url, {}, async (signal) => {
      const authentication = await transport.authentication();
      const websocket = new WebSocket(url, [protocol], {
        ...authentication,
        perMessageDeflate: false,
        maxPayload: largestMessage,
      });
      const tunnel = await opened(websocket, url, what, signal);
      endWith(transport.closed, tunnel);
      return tunnel;
    });
  } catch (error) {
    if (!(error instanceof ApiAnswer)) throw error;
    throw new Unobservable('no-ready-pod', `${what}: ${error.message}`, { cause: error });
  }
}

/** The tunnel as soon as its websocket is open: made in the event itself, for the next one may hold data already. */
function opened(websocket: WebSocket, url: URL, what: string, signal: AbortSignal): Promise<PodTunnel> {
  const { promise, resolve, reject } = Promise.withResolvers<PodTunnel>();
  const giveUp = () => websocket.terminate();
  signal.addEventListener('abort', giveUp, { once: true });
  websocket.once('open', () => {
    signal.removeEventListener('abort', giveUp);
    resolve(new PodTunnel(websocket, what));
  });
  // Stays: an error without a listener would end the process. Once the tunnel is open it hears them itself.
  websocket.on('error', reject);
  websocket.once('unexpected-response', async (_request, response) => {
    try {
      reject(refusal(response, await text(response), url));
    } catch (error) {
      reject(error);
    }
    websocket.terminate();
  });
  return promise;
}

/** With an error, not just a close: that kafkajs does not notice. */
function endWith(closed: AbortSignal, tunnel: PodTunnel): void {
  const end = () => tunnel.destroy(tunnelError('connection closed: the target was closed'));
  if (closed.aborted) end();
  else closed.addEventListener('abort', end, { once: true });
  tunnel.once('close', () => closed.removeEventListener('abort', end));
  // A tunnel that its user is done with must not end the process by an error that nobody listens to any more.
  tunnel.on('error', () => {});
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
