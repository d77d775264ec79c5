import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupState, TopicState } from '../broker/observed.ts';
import type { WorkloadState } from '../cluster/observed.ts';
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

/** What was seen at one time, and again `readingsApart` later. */
interface Pair<T> {
  readonly first: T;
  readonly second: T;
}

/** What moves, as all criteria of a run share it. */
export interface Readings {
  /** The run's first reading, which begins with the run, and its second, so much later. */
  pair(): Promise<Pair<Reading>>;
  /** The workloads, looked at twice, whatever becomes of what goes through a tunnel. */
  workloads(): Promise<Pair<Sightings<WorkloadState>>>;
  /** A reading of one's own. */
  now(): Promise<Reading>;
}

/** What moves. */
type Moving = Pick<Observations, 'connect' | 'topics' | 'groups' | 'rows'>;

/** Each first look begins with the first call. */
export function readings(observe: Moving & Pick<Observations, 'workloads'>, apartSeconds: number): Readings {
  return {
    pair: twice(() => read(observe), apartSeconds),
    workloads: twice(observe.workloads, apartSeconds),
    now: () => read(observe),
  };
}

/** Looks for all who ask, once and again so much after the first look began. */
function twice<T>(look: () => Promise<T>, apartSeconds: number): () => Promise<Pair<T>> {
  const first = once(async () => {
    const due = Date.now() + apartSeconds * 1000;
    return { due, seen: await look() };
  });
  const second = once(async () => {
    const { due } = await first();
    await sleep(Math.max(0, due - Date.now()));
    return look();
  });
  return async () => ({ first: (await first()).seen, second: await second() });
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
