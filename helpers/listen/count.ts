import type { ListenEntry } from './schema.ts';

/** A stream and the MQTT topic on which its messages are heard; `+` and `#` stand in it for what they stand for in MQTT. */
export interface HeardStream {
  readonly stream: string;
  readonly mqttTopic: string;
}

/** Counts the messages of each stream from one entry of the ledger to the next. */
export class MessageCount {
  readonly #streams: readonly HeardStream[];
  readonly #counts = new Map<string, number>();
  #from: Date;

  constructor(streams: readonly HeardStream[], from: Date) {
    this.#streams = streams;
    this.#from = from;
  }

  /** A retained message was said before anybody listened: it is none of these. */
  heard(topic: string, { retain }: { readonly retain: boolean }): void {
    if (retain) return;
    for (const { stream, mqttTopic } of this.#streams) {
      if (matches(mqttTopic, topic)) this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + 1);
    }
  }

  /** What was heard up to now; what comes from now on belongs to the next entry. */
  take(to: Date): ListenEntry {
    const entry: ListenEntry = {
      kind: 'listen',
      at: to.toISOString(),
      from: this.#from.toISOString(),
      to: to.toISOString(),
      streams: this.#streams.map((stream) => ({ ...stream, messages: this.#counts.get(stream.stream) ?? 0 })),
    };
    this.#counts.clear();
    this.#from = to;
    return entry;
  }
}

/** MQTT 3.1.1, 4.7: `+` stands for one level, `#` for all that follow, the level before it included. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (levels[index] === undefined || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
