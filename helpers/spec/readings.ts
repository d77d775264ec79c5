import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupState, TopicState } from '../broker/observed.ts';
import type { ConnectReading } from '../connect/observed.ts';
import type { StreamRows } from '../database/observed.ts';
import type { Sightings } from '../judge/verdict.ts';
import type { Observations } from './observations.ts';
import { once } from './once.ts';

/** What moves in a pipeline, read at one time: Connect's counters, topics' ends, committed offsets, newest rows. */
export interface Reading {
  /** When it began, this machine's clock. */
  readonly at: string;
  readonly connect: Sightings<ConnectReading>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<GroupState>;
  readonly rows: Sightings<StreamRows>;
}

interface ReadingPair {
  readonly first: Reading;
  readonly second: Reading;
}

/** What moves, as all criteria of a run share it. */
export interface Readings {
  /** The run's first reading, which begins with the run, and its second, so much later. */
  pair(): Promise<ReadingPair>;
  /** A reading of one's own. */
  now(): Promise<Reading>;
}

/** What moves. */
type Moving = Pick<Observations, 'connect' | 'topics' | 'groups' | 'rows'>;

/** The first reading begins with the first call of `pair`. */
export function readings(observe: Moving, apartSeconds: number): Readings {
  const first = once(() => read(observe));
  const second = once(async () => {
    const { at } = await first();
    const due = Date.parse(at) + apartSeconds * 1000;
    await sleep(Math.max(0, due - Date.now()));
    return read(observe);
  });
  return {
    pair: async () => ({ first: await first(), second: await second() }),
    now: () => read(observe),
  };
}

async function read(observe: Moving): Promise<Reading> {
  const at = new Date().toISOString();
  const [connect, topics, groups, rows] = await Promise.all([
    observe.connect(),
    observe.topics(),
    observe.groups(),
    observe.rows(),
  ]);
  return { at, connect, topics, groups, rows };
}
