import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

const answerWithinMs = 20_000;

/** The HTTP API of one Redpanda Connect instance, over one connection that is kept. */
export class ConnectApi implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(dial: () => Promise<Duplex>) {
    this.#agent.createConnection = (_options, done) => {
      dial().then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error, undefined as never),
      );
      return undefined;
    };
  }

  /** The ids of the streams that it runs. */
  async streams(): Promise<string[]> {
    return Object.keys(JSON.parse(await this.#ask('GET', '/streams')));
  }

  /** A stream's config as it runs. It can hold a password: for putting it back only. */
  async config(stream: string): Promise<StreamConfig> {
    return JSON.parse(await this.#ask('GET', `/streams/${stream}`)).config;
  }

  async put(stream: string, config: object): Promise<void> {
    await this.#ask('PUT', `/streams/${stream}`, JSON.stringify(config));
  }

  async post(stream: string, config: object): Promise<void> {
    await this.#ask('POST', `/streams/${stream}`, JSON.stringify(config));
  }

  async delete(stream: string): Promise<void> {
    await this.#ask('DELETE', `/streams/${stream}`);
  }

  /** True when both ends are connected. */
  async ready(stream: string): Promise<boolean> {
    return (await this.#exchange('GET', `/${stream}/ready`)).status === 200;
  }

  /** Posts a config that is none: the program refuses it and logs one line of level info. */
  async postNonsense(): Promise<void> {
    await this.#exchange('POST', '/streams/planted', 'input: { planted: {} }');
  }

  async #ask(method: string, path: string, body = ''): Promise<string> {
    const answer = await this.#exchange(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}`);
    return answer.body;
  }

  #exchange(method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { method, path, agent: this.#agent, host: 'localhost', signal: AbortSignal.timeout(answerWithinMs) },
        (response) => {
          text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
        },
      );
      sent.on('error', reject).end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

export interface StreamConfig {
  readonly input: { readonly mqtt?: object; readonly kafka?: object; readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}
