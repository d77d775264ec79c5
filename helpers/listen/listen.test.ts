import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { Unobservable } from '../unobservable.ts';
import { matches } from './count.ts';
import { type Broker, listen } from './listen.ts';
import type { ListenEntry } from './schema.ts';

const streams = [
  { stream: 'energy', mqttTopic: 'saveeye/telemetry' },
  { stream: 'rooms', mqttTopic: 'home/sensors/+/state' },
];
const start = Date.UTC(2026, 10, 20);

/** A connection that a test speaks on. */
class Line extends EventEmitter {
  connected = true;
  subscribed: unknown;
  readonly subscribeAsync = async (topics: unknown, options: unknown) => {
    this.subscribed = [topics, options];
    return [];
  };
  readonly endAsync = async () => {};
  say(topic: string, retain = false) {
    this.emit('message', topic, Buffer.from('{}'), { retain });
  }
  break() {
    this.connected = false;
    this.emit('close');
  }
}

function listening(lines: readonly (Line | Error)[], note?: () => Promise<void>) {
  const abort = new AbortController();
  const entries: ListenEntry[] = [];
  const said: string[] = [];
  let [connections, clock] = [0, start];
  const over = listen({
    streams,
    connect: async () => {
      const line = lines[connections++];
      if (line instanceof Error) throw line;
      return line as unknown as Broker;
    },
    now: () => {
      clock += 1000;
      return new Date(clock);
    },
    note: note ?? (async (entry) => void entries.push(entry)),
    every: 600,
    reconnectAfter: 0.001,
    signal: abort.signal,
    say: (words) => void said.push(words),
  });
  over.catch(() => {});
  const counts = () => entries.map((entry) => entry.streams.map(({ messages }) => messages));
  return { over, entries, counts, said, end: () => abort.abort() };
}

const subscribed = (line: Line) => vi.waitFor(() => expect(line.subscribed).toBeDefined());

test('counts each stream’s messages, and notes them at the end', async () => {
  const line = new Line();
  const { over, entries, counts, end } = listening([line]);
  await subscribed(line);
  expect(line.subscribed).toEqual([['saveeye/telemetry', 'home/sensors/+/state'], { qos: 1 }]);
  await new Promise(setImmediate);
  line.say('saveeye/telemetry', true);
  for (const topic of ['saveeye/telemetry', 'home/sensors/hall/state', 'saveeye/telemetry', 'elsewhere'])
    line.say(topic);
  end();
  await over;
  expect(counts()).toEqual([[2, 1]]);
  expect(entries[0]).toMatchObject({
    kind: 'listen',
    from: '2026-11-20T00:00:01.000Z',
    to: '2026-11-20T00:00:02.000Z',
  });
});

test('what was heard before a break is noted, and no entry covers the break', async () => {
  const [first, second] = [new Line(), new Line()];
  const { over, entries, counts, said, end } = listening([first, new Unobservable('unreachable', 'no broker'), second]);
  await subscribed(first);
  await new Promise(setImmediate);
  first.say('saveeye/telemetry');
  first.break();
  await subscribed(second);
  await new Promise(setImmediate);
  second.say('saveeye/telemetry');
  end();
  await over;
  expect(counts()).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(Date.parse(entries[1]?.from ?? '')).toBeGreaterThan(Date.parse(entries[0]?.to ?? ''));
  expect(said).toEqual(['the connection broke; trying again every 0.1 s', 'no broker', 'connected again']);
});

test('what cannot be noted ends it with that error, also at a break', async () => {
  const line = new Line();
  const { over } = listening([line, new Line()], () => Promise.reject(new Error('no space left on the device')));
  await subscribed(line);
  line.break();
  await expect(over).rejects.toThrow('no space left');
});

test('that no connection can be made is told at once', async () => {
  const { over } = listening([new Unobservable('unauthorized', 'refused')]);
  await expect(over).rejects.toThrow('refused');
});

describe('MQTT topics', () => {
  test.each<[string, string, boolean]>([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+/c', 'a/b/c', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['a/b/c', 'a/b', false],
  ])('%s hears %s: %s', (filter, topic, expected) => expect(matches(filter, topic)).toBe(expected));
});
