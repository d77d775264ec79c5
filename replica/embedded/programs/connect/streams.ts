import type { ContainerContext } from '../../program.ts';
import { BridgeStream } from './bridge-stream.ts';
import { Counters } from './counters.ts';
import type { Logger } from './logger.ts';
import type { RunningStream } from './running-stream.ts';
import { SinkStream } from './sink-stream.ts';
import { readStreamFile, type StreamFile } from './stream-file.ts';

interface Entry {
  readonly file: StreamFile;
  readonly running: RunningStream;
  readonly since: Date;
  readonly stopping: AbortController;
}

/** A bridge's mapping, and the catch that drops what it cannot map. */
const bridgeProcessors = [
  'root.pipeline.processors.0',
  'root.pipeline.processors.1',
  'root.pipeline.processors.1.catch.0',
];

/** The streams that run, by id. */
export class Streams {
  readonly #container: ContainerContext;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();
  readonly #counters = new Map<string, Counters>();

  constructor(container: ContainerContext, log: Logger) {
    this.#container = container;
    this.#log = log;
  }

  /** Starts a stream, in place of the one with the same id. Rejects with Unstartable, or with an Error about its config. */
  async put(id: string, text: string, { since = new Date(), seeded = false } = {}): Promise<void> {
    const file = this.#read(id, text);
    await this.remove(id);
    const stopping = new AbortController();
    const running = this.#create(id, file, stopping.signal, seeded);
    this.#entries.set(id, { file, running, since, stopping });
    await running.start();
  }

  /** What it refuses it also logs, as information. */
  #read(id: string, text: string): StreamFile {
    try {
      return readStreamFile(text, this.#container.env);
    } catch (error) {
      this.#log('info', `Stream '${id}' config: ${(error as Error).message}`);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.stopping.abort();
    await entry?.running.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.remove(id)));
  }

  counters(): Iterable<Counters> {
    return this.#counters.values();
  }

  notConnected(): string[] {
    return [...this.#entries]
      .filter(([, { running }]) => !running.input.connected || !running.output.connected)
      .map(([id]) => id);
  }

  statuses(id: string) {
    const running = this.#entries.get(id)?.running;
    return running && [running.input.status(), running.output.status()];
  }

  list(): Record<string, object> {
    return Object.fromEntries([...this.#entries].map(([id, { since }]) => [id, uptime(since)]));
  }

  describe(id: string): object | undefined {
    const entry = this.#entries.get(id);
    return entry && { ...uptime(entry.since), config: entry.file.given };
  }

  #create(id: string, { config }: StreamFile, signal: AbortSignal, seeded: boolean): RunningStream {
    let counters = this.#counters.get(id);
    if (!counters) {
      const processors = 'mqtt' in config.input ? bridgeProcessors : [];
      counters = new Counters({
        stream: id,
        inputLabel: config.input.label,
        outputLabel: config.output.label,
        processors,
      });
      this.#counters.set(id, counters);
    }
    const stream = { container: this.#container, id, counters, log: this.#log, signal, seeded };
    if ('mqtt' in config.input && 'kafka' in config.output) {
      return new BridgeStream(stream, { input: config.input, output: config.output });
    }
    if ('kafka' in config.input && !('kafka' in config.output)) {
      return new SinkStream(stream, { input: config.input, output: config.output });
    }
    throw new Error('a stream goes from mqtt to kafka or from kafka to sql');
  }
}

function uptime(since: Date): { active: boolean; uptime: number; uptime_str: string } {
  const seconds = (Date.now() - since.getTime()) / 1_000;
  return { active: true, uptime: seconds, uptime_str: goDuration(seconds) };
}

/** 4521.25 is `1h15m21.25s`. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = `${Number((seconds % 60).toFixed(9))}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
