import type { Duplex } from 'node:stream';
import { type Api, frameRequest, readResponse } from './api.ts';
import { readFrames } from './frames.ts';

/** One connection to one broker, one request at a time, each API in the newest version that both ends of this code speak. */
export class KafkaClient {
  readonly #socket: Duplex;
  readonly #answers: AsyncGenerator<Buffer>;
  readonly #clientId: string;
  readonly #timeoutMs: number;
  #correlationId = 0;

  constructor(socket: Duplex, options: { readonly clientId: string; readonly timeoutMs: number }) {
    this.#socket = socket;
    this.#clientId = options.clientId;
    this.#timeoutMs = options.timeoutMs;
    this.#answers = readFrames(socket);
    socket.on('error', () => {}); // it also ends the answers, where it is told
  }

  /** Throws Error when the connection ends before the answer, or no answer comes in time, upon which it is closed. */
  async request<Q, R>(api: Api<Q, R>, request: Q, version = api.max): Promise<R> {
    const correlationId = ++this.#correlationId;
    this.#socket.write(
      frameRequest(api, { apiKey: api.key, apiVersion: version, correlationId, clientId: this.#clientId }, request),
    );
    const late = new Error(`no answer to ${api.name} from the broker within ${this.#timeoutMs / 1000} s`);
    const timer = setTimeout(() => this.#socket.destroy(late), this.#timeoutMs);
    const answer = await this.#answers.next().finally(() => clearTimeout(timer));
    if (answer.done) throw new Error(`the broker closed the connection instead of answering ${api.name}`);
    return readResponse(api, version, answer.value).body;
  }

  close(): void {
    this.#socket.destroy();
  }
}
