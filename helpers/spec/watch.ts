import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupState, TopicState } from '../broker/observed.ts';
import type { ContainerLog, OwnerState, WorkloadState } from '../cluster/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { ConnectReading } from '../connect/observed.ts';
import type { TableState } from '../database/observed.ts';
import type { Sightings } from '../judge/verdict.ts';
import type { Observations } from './observations.ts';

/** What both systems are like at one moment of the watch. */
interface WatchSample {
  /** On the API server's clock. */
  readonly at: string;
  readonly connect: Sightings<ConnectReading>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<GroupState>;
  readonly workloads: Sightings<WorkloadState>;
  readonly oldWorkloads: Sightings<WorkloadState>;
  readonly oldTopics: Sightings<TopicState>;
  readonly oldGroups: Sightings<GroupState>;
  readonly oldTables: Sightings<TableState>;
  readonly oldOwners: Sightings<OwnerState>;
  /** Of the new system's containers, since the sample before. */
  readonly logs: Sightings<ContainerLog>;
}

/** The plan's 5.2: what was seen of both systems while they were watched. */
export interface Watch {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** How much faster than life the target's own intervals pass. */
  readonly timeScale: number;
  /** Oldest first; two at least. */
  readonly samples: readonly WatchSample[];
}

/** So many looks make a watch, but none sooner after another than this. */
const looks = 30;
const everyAtLeastSeconds = 2;
/** Read again of a log at each look, so that no line falls between two. */
const overlapSeconds = 1;

export interface WatchOptions {
  readonly migration: Pick<Migration, 'run'>;
  readonly observe: Observations;
  readonly now: () => Promise<Date>;
  readonly timeScale: () => Promise<number>;
}

/** Watches both systems for `run.watch`, as all criteria of a run share it. What a look could not see stands in its sample. */
export async function watch({ migration, observe, now, timeScale }: WatchOptions): Promise<Watch> {
  const every = Math.max(everyAtLeastSeconds, migration.run.watch / looks);
  const began = await now();
  const endsAt = began.getTime() + migration.run.watch * 1000;
  const samples: WatchSample[] = [];
  let since = began;
  while (true) {
    const at = await now();
    samples.push(await look(observe, at, (at.getTime() - since.getTime()) / 1000 + overlapSeconds));
    since = at;
    if (at.getTime() >= endsAt) break;
    await sleep(Math.max(0, Math.min(at.getTime() + every * 1000, endsAt) - (await now()).getTime()));
  }
  const to = samples.at(-1)?.at ?? began.toISOString();
  return {
    from: began.toISOString(),
    to,
    seconds: (Date.parse(to) - began.getTime()) / 1000,
    timeScale: await timeScale(),
    samples,
  };
}

async function look(observe: Observations, at: Date, logSeconds: number): Promise<WatchSample> {
  const [connect, topics, groups, workloads, oldWorkloads, oldTopics, oldGroups, oldTables, oldOwners, logs] =
    await Promise.all([
      observe.connect(),
      observe.topics(),
      observe.groups(),
      observe.workloads(),
      observe.oldWorkloads(),
      observe.oldTopics(),
      observe.oldGroups(),
      observe.oldTableStates(),
      observe.oldOwners(),
      observe.logs(logSeconds, at),
    ]);
  return {
    at: at.toISOString(),
    connect,
    topics,
    groups,
    workloads,
    oldWorkloads,
    oldTopics,
    oldGroups,
    oldTables,
    oldOwners,
    logs,
  };
}

/** What a report keeps of a watch: when it looked, and the last look whole. */
export function watchExtent({ samples, ...watched }: Watch): unknown {
  return { ...watched, looks: samples.map(({ at }) => at), last: samples.at(-1) };
}
