import { Duplex } from 'node:stream';

/**
 * A socket for kafkajs, which wants one at once and is told by `onConnect` when it may write. kafkajs ignores `close`, so
 * every end arrives as `end` or `error`.
 */
export class KafkaSocket extends Duplex {
  readonly #dial: () => Promise<Duplex>;
  readonly #onConnect: () => void;
  #tunnel: Duplex | undefined;

  constructor(dial: () => Promise<Duplex>, onConnect: () => void) {
    super({ allowHalfOpen: false });
    this.#dial = dial;
    this.#onConnect = onConnect;
  }

  override async _construct(done: (error?: Error | null) => void): Promise<void> {
    try {
      const tunnel = await this.#dial();
      this.#tunnel = tunnel;
      tunnel.on('data', (chunk: Buffer) => {
        if (!this.push(chunk)) tunnel.pause();
      });
      tunnel.on('end', () => this.push(null));
      tunnel.on('error', (error) => this.destroy(error));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
    this.#onConnect();
  }

  override _read(): void {
    this.#tunnel?.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#tunnel?.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#tunnel?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tunnel?.destroy();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
