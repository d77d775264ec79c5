import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { connectLater } from '../../node/socket.ts';
import type { ContainerContext } from '../../program.ts';
import type { ScrapeTarget } from './config.ts';
import { keyOf, type Labels, type SeriesStore } from './series.ts';

const timeoutMs = 10_000;

/** One target: what it exported last, so that what it exports no longer is seen to have ended. */
export class Scraper {
  readonly #target: ScrapeTarget;
  #before: ReadonlySet<string> = new Set();

  constructor(target: ScrapeTarget) {
    this.#target = target;
  }

  /** Reads the target once. Whether it answered is the series `up`. */
  async scrape(context: ContainerContext, store: SeriesStore): Promise<void> {
    const { job, instance } = this.#target;
    const own = { job, instance };
    const page = await this.#read(context).catch(() => undefined);
    const atMs = context.now().getTime();
    const samples = page === undefined ? [] : parsePage(page, own);
    for (const { labels, value } of samples) store.append(labels, atMs, value);
    const keys = new Set(samples.map(({ labels }) => keyOf(labels)));
    store.end(this.#before, keys, atMs);
    this.#before = keys;
    store.append({ __name__: 'up', ...own }, atMs, page === undefined ? 0 : 1);
  }

  /** Rejects unless the answer is 200. */
  async #read(context: ContainerContext): Promise<string> {
    const { instance, path } = this.#target;
    const [host = '', port = '80'] = instance.split(':');
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise((resolve, reject) => {
      const createConnection = () => connectLater(() => context.dial(host, Number(port))) as never;
      request({ path, host, createConnection, signal }, (response) => {
        if (response.statusCode === 200) text(response).then(resolve, reject);
        else reject(new Error(`server returned HTTP status ${response.statusCode}`));
      })
        .on('error', reject)
        .end();
    });
  }
}

/** The samples of a page in the text format. Throws an Error for a line that is none: the target then counts as down. */
function parsePage(page: string, own: Labels): { labels: Labels; value: number }[] {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', quoted = '']) => [
      label,
      quoted.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
    ]);
    // A label without a value is none.
    const exported = Object.fromEntries(pairs.filter(([, text]) => text !== ''));
    return { labels: { __name__: name, ...exported, ...own }, value: Number(value) };
  });
}
