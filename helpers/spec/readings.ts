import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupState, TopicState } from '../broker/observed.ts';
import type { ConnectReading } from '../connect/observed.ts';
import type { StreamRows } from '../database/observed.ts';
import type { Sightings } from '../judge/verdict.ts';
import type { Observations } from './observations.ts';
import { onceEach } from './once.ts';

/** What moves in a pipeline, read at one time: Connect's counters, topics' ends, committed offsets, newest rows. */
export interface Reading {
  /** When it began, this machine's clock. */
  readonly at: string;
  readonly connect: Sightings<ConnectReading>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<GroupState>;
  readonly rows: Sightings<StreamRows>;
}

export interface ReadingPair {
  readonly first: Reading;
  readonly second: Reading;
}

/** Readings that all criteria of a run share, each at least `apartSeconds` after the one before. */
export interface Readings {
  /** Two of the run's readings, by their numbers from 1. Those not yet taken are taken; the first begins with the run. */
  pair(first: number, second: number): Promise<ReadingPair>;
}

/** What moves. */
type Moving = Pick<Observations, 'connect' | 'topics' | 'groups' | 'rows'>;

export function readings(observe: Moving, apartSeconds: number): Readings {
  const reading = onceEach((number: number) => (number <= 1 ? read(observe) : next(number)));

  async function next(number: number): Promise<Reading> {
    const { at } = await reading(number - 1);
    const due = Date.parse(at) + apartSeconds * 1000;
    await sleep(Math.max(0, due - Date.now()));
    return read(observe);
  }

  return {
    pair: async (first, second) => ({ first: await reading(first), second: await reading(second) }),
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
