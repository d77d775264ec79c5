import { observeGroup } from '../../broker/group.ts';
import type { GroupState, TopicRecord, TopicState } from '../../broker/observed.ts';
import { readNewest } from '../../broker/records.ts';
import { observeTopic, recordsBetween } from '../../broker/topic.ts';
import { observeJob } from '../../cluster/job.ts';
import { observeLogs } from '../../cluster/logs/observe.ts';
import type { ContainerLog, JobState, WorkloadState } from '../../cluster/observed.ts';
import { observeWorkloads } from '../../cluster/workloads.ts';
import type { Migration } from '../../config/schema.ts';
import type { ConnectReading } from '../../connect/observed.ts';
import { readConnect } from '../../connect/read-connect.ts';
import { observeHypertableSizes } from '../../database/hypertable-size.ts';
import { observeHypertables } from '../../database/hypertables.ts';
import { observeMigrations } from '../../database/migrations.ts';
import type {
  HypertableSize,
  HypertableState,
  MigrationsState,
  RetentionState,
  SettingsRow,
  StreamRows,
  WindowRows,
} from '../../database/observed.ts';
import { observeRetention } from '../../database/retention.ts';
import { observeSettings } from '../../database/settings.ts';
import { observeStreamRows } from '../../database/stream-rows.ts';
import { observeWindow } from '../../database/window.ts';
import type { TopicCount } from '../../judge/counts.ts';
import type { Sightings } from '../../judge/verdict.ts';
import type { Span } from '../../judge/window.ts';
import type { Target } from '../../target/target.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';

/** Records of each partition that are read for the newest settings: some hours of a heat pump that reports twice a minute. */
const settingsRecords = 500;

/** What a spec can observe of the new system, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface NewSystemObservations {
  workloads(): Promise<Sightings<WorkloadState>>;
  jobs(): Promise<Sightings<JobState>>;
  logs(windowSeconds: number, now: Date): Promise<Sightings<ContainerLog>>;
  connect(): Promise<Sightings<ConnectReading>>;
  topics(): Promise<Sightings<TopicState>>;
  groups(): Promise<Sightings<GroupState>>;
  recordCounts(spans: readonly Span[]): Promise<Sightings<TopicCount>>;
  settingsRecords(): Promise<Sightings<TopicRecord>>;
  rows(): Promise<Sightings<StreamRows>>;
  rowCounts(spans: readonly Span[]): Promise<Sightings<WindowRows>>;
  settings(): Promise<Sightings<SettingsRow>>;
  migrations(): Promise<Sightings<MigrationsState>>;
  hypertables(): Promise<Sightings<HypertableState>>;
  hypertableSizes(): Promise<Sightings<HypertableSize>>;
  retention(): Promise<Sightings<RetentionState>>;
}

export function newSystemObservations(migration: Migration, connections: Connections): NewSystemObservations {
  const { workloads, connect, databases, hypertables, streams, settings } = migration.new;
  const streamNames = Object.keys(streams);
  const topics = [...new Set([...Object.values(streams).map(({ topic }) => topic), settings.topic])];
  const groups = [...new Set([...Object.values(streams).map(({ group }) => group), settings.group])];

  const seenWorkloads = () =>
    sight(
      [...new Set(workloads.map(({ namespace }) => namespace))],
      (namespace) => `workloads of ${namespace}`,
      async (namespace) =>
        observeWorkloads(
          await connections.target(),
          workloads.filter((ref) => ref.namespace === namespace),
        ),
    );
  const stream = (name: string) => {
    const config = streams[name];
    if (config === undefined) throw new Error(`migration.yaml has no stream ${name}`);
    return config;
  };
  const ofEachDatabase = <T>(observe: (name: string) => Promise<T | readonly T[]>) =>
    sight([...new Set(hypertables.map(({ database }) => database))], (name) => `database ${name}`, observe);
  const hypertablesIn = (name: string) => hypertables.filter(({ database }) => database === name);

  return {
    workloads: seenWorkloads,
    jobs: () =>
      sight(
        Object.values(databases),
        ({ namespace, migrationJob }) => `Job ${namespace}/${migrationJob}`,
        async ({ namespace, migrationJob }) => observeJob(await connections.target(), namespace, migrationJob),
      ),
    logs: async (windowSeconds, now) => {
      const { seen, unseen } = await seenWorkloads();
      const logs = await sight(
        seen,
        ({ namespace, name }) => `logs of ${namespace}/${name}`,
        async (workload) => workloadLogs(await connections.target(), workload, windowSeconds, now),
      );
      return { seen: logs.seen, unseen: [...unseen, ...logs.unseen] };
    },
    connect: () =>
      sight(
        Object.entries(connect),
        ([name]) => name,
        async ([name, config]) => readConnect(await connections.target(), name, config),
      ),
    topics: () =>
      sight(
        topics,
        (topic) => topic,
        async (topic) => {
          const { admin } = await connections.kafka();
          return observeTopic(admin, topic, await connections.clock());
        },
      ),
    groups: () =>
      sight(
        groups,
        (group) => group,
        async (group) => {
          const { admin } = await connections.kafka();
          return observeGroup(admin, group, topicsOf(group, migration));
        },
      ),
    recordCounts: (spans) =>
      sight(
        topics.flatMap((topic) => spans.map((span) => ({ topic, ...span }))),
        ({ topic }) => topic,
        async ({ topic, from, to }) => {
          const { admin } = await connections.kafka();
          const records = await recordsBetween(admin, topic, new Date(from), new Date(to));
          return { topic, from, to, records };
        },
      ),
    settingsRecords: () =>
      sight(
        [settings.topic],
        (topic) => topic,
        async (topic) => readNewest((await connections.kafka()).kafka, topic, settingsRecords),
      ),
    rows: () =>
      sight(
        streamNames,
        (name) => name,
        async (name) => {
          const { rows } = stream(name);
          return observeStreamRows(await connections.database(rows.database), name, rows);
        },
      ),
    rowCounts: (spans) =>
      sight(
        streamNames.flatMap((name) => spans.map((span) => ({ name, ...span }))),
        ({ name }) => name,
        async ({ name, from, to }) => {
          const { rows } = stream(name);
          const span = { from: new Date(from), to: new Date(to) };
          return observeWindow(await connections.database(rows.database), name, rows, span);
        },
      ),
    settings: () =>
      sight(
        [settings.database],
        (name) => `database ${name}`,
        async (name) => observeSettings(await connections.database(name), settings),
      ),
    migrations: () =>
      sight(
        Object.keys(databases),
        (name) => `database ${name}`,
        async (name) => observeMigrations(await connections.database(name), name),
      ),
    hypertables: () =>
      ofEachDatabase(async (name) => observeHypertables(await connections.database(name), hypertablesIn(name))),
    hypertableSizes: () =>
      ofEachDatabase(async (name) => observeHypertableSizes(await connections.database(name), hypertablesIn(name))),
    retention: () =>
      ofEachDatabase(async (name) => observeRetention(await connections.database(name), hypertablesIn(name))),
  };
}

/** Throws `Unobservable` when there is no log at all: those of the other workloads must not pass for it. */
async function workloadLogs(
  target: Target,
  workload: WorkloadState,
  windowSeconds: number,
  now: Date,
): Promise<ContainerLog[]> {
  const logs = await observeLogs(target, [workload], { windowSeconds, now });
  if (logs.length > 0) return logs;
  const since = new Date(now.getTime() - windowSeconds * 1000).toISOString();
  throw new Unobservable(
    'history',
    `no container of it has run since ${since}: what it may have printed before its pods went is gone`,
    { hint: 'see P1.workloads for why it does not run; verify again when it has run for the whole window' },
  );
}

/** The topics that a group consumes, by migration.yaml. */
function topicsOf(group: string, migration: Migration): string[] {
  const { streams, settings } = migration.new;
  const consumers = [...Object.values(streams), settings].filter((consumer) => consumer.group === group);
  return [...new Set(consumers.map(({ topic }) => topic))];
}
