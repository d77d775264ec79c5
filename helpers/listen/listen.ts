import { setTimeout as sleep } from 'node:timers/promises';
import type { IPublishPacket, MqttClient } from 'mqtt';
import { duration } from '../time-words.ts';
import { Unobservable } from '../unobservable.ts';
import { type HeardStream, MessageCount } from './count.ts';
import type { ListenEntry } from './schema.ts';

/** What a listener needs of a connection to the MQTT broker. */
export type Broker = Pick<MqttClient, 'on' | 'once' | 'off' | 'connected' | 'subscribeAsync' | 'endAsync'>;

export interface ListenOptions {
  readonly streams: readonly HeardStream[];
  /** Throws `Unobservable`. */
  connect(): Promise<Broker>;
  /** The time on the API server's clock. */
  now(): Date;
  note(entry: ListenEntry): Promise<void>;
  /** From one entry to the next, in seconds. */
  readonly every: number;
  /** From a lost connection to the next attempt, in seconds. */
  readonly reconnectAfter: number;
  readonly signal: AbortSignal;
  /** For whoever watches: what broke, and that it is tried again. */
  say(words: string): void;
}

/**
 * Hears the streams' messages until the signal aborts, and notes how many there were: every so often, when the connection
 * breaks, and at the end. It subscribes at QoS 1 under an id of its own and keeps no message. While it is not connected
 * nothing is heard, and no entry covers that time. Throws `Unobservable` when the first connection cannot be made.
 */
export async function listen(options: ListenOptions): Promise<void> {
  const { signal, say, reconnectAfter } = options;
  let broker = await options.connect();
  while (true) {
    await hearOut(broker, options);
    if (signal.aborted) return;
    say(`the connection broke; trying again every ${duration(reconnectAfter)}`);
    const next = await reconnected(options);
    if (next === undefined) return;
    broker = next;
    say('connected again');
  }
}

/** Until the signal aborts or the connection ends. */
async function hearOut(broker: Broker, { streams, now, note, every, signal }: ListenOptions): Promise<void> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  broker.once('close', () => over.abort());
  try {
    let count: MessageCount | undefined;
    const hear = (topic: string, _: Buffer, packet: IPublishPacket) => count?.heard(topic, packet);
    broker.on('message', hear);
    if (!(await subscribed(broker, streams))) return;
    count = new MessageCount(streams, now());
    while (!ended.aborted) {
      await sleep(every * 1000, undefined, { signal: ended }).catch(() => {});
      await note(count.take(now()));
    }
    broker.off('message', hear);
  } finally {
    await broker.endAsync(true).catch(() => {});
  }
}

/** False where the subscription broke off with its connection: it is tried again with the next. */
async function subscribed(broker: Broker, streams: readonly HeardStream[]): Promise<boolean> {
  const topics = streams.map(({ mqttTopic }) => mqttTopic);
  try {
    await broker.subscribeAsync(topics, { qos: 1 });
    return true;
  } catch (error) {
    if (broker.connected) throw error;
    return false;
  }
}

/** Undefined when the signal aborted before. */
async function reconnected({ connect, reconnectAfter, signal, say }: ListenOptions): Promise<Broker | undefined> {
  while (!signal.aborted) {
    await sleep(reconnectAfter * 1000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    try {
      return await connect();
    } catch (error) {
      if (!(error instanceof Unobservable)) throw error;
      say(error.message);
    }
  }
  return undefined;
}
