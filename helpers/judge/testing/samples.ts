import { fileURLToPath } from 'node:url';
import type { GroupState, TopicState } from '../../broker/observed.ts';
import type { ContainerState, PodState, WorkloadState } from '../../cluster/observed.ts';
import { loadMigration } from '../../config/load.ts';
import type { ConnectCounters, ConnectReading, ConnectStream } from '../../connect/observed.ts';
import type { StreamRows, WindowRows } from '../../database/observed.ts';
import type { Sightings } from '../verdict.ts';

/** The configuration as shipped, at life's own pace. */
export const migration = loadMigration(fileURLToPath(new URL('../../../migration.yaml', import.meta.url)));

export const noon = new Date('2026-11-20T12:00:00.000Z');

/** ISO 8601, so many seconds before noon. */
export function ago(seconds: number): string {
  return new Date(noon.getTime() - seconds * 1000).toISOString();
}

export function seen<T>(...items: readonly T[]): Sightings<T> {
  return { seen: items, unseen: [] };
}

export function unseen(subject: string): Sightings<never> {
  return { seen: [], unseen: [{ subject, message: `${subject} did not answer`, hint: 'make it answer' }] };
}

export function container(change: Partial<ContainerState> = {}): ContainerState {
  const started = ago(86_400);
  return { name: 'main', image: 'x', ready: true, restartCount: 0, state: 'running', startedAt: started, ...change };
}

export function pod(change: Partial<PodState> = {}, ...containers: ContainerState[]): PodState {
  return {
    namespace: 'timescaledb',
    name: 'redpanda-connect-1',
    uid: 'u',
    phase: 'Running',
    ready: true,
    terminating: false,
    createdAt: ago(86_400),
    containers: containers.length > 0 ? containers : [container()],
    ...change,
  };
}

export function workload(change: Partial<WorkloadState> = {}): WorkloadState {
  return {
    kind: 'Deployment',
    namespace: 'timescaledb',
    name: 'redpanda-connect',
    exists: true,
    foundInstead: [],
    replicasDesired: 1,
    replicasReady: 1,
    pods: [pod()],
    ...change,
  };
}

export function counters(change: Partial<ConnectCounters> = {}): ConnectCounters {
  return {
    inputReceived: 100,
    inputConnectionUp: 1,
    inputConnectionLost: 0,
    outputSent: 100,
    outputError: 0,
    outputConnectionUp: 1,
    outputConnectionLost: 0,
    processorError: 0,
    ...change,
  };
}

function connectStream(id: string, change: Partial<ConnectStream> = {}): ConnectStream {
  return {
    id,
    active: true,
    uptimeSeconds: 3600,
    ends: [
      { label: 'in', path: 'root.input', connected: true },
      { label: 'out', path: 'root.output', connected: true },
    ],
    counters: counters(),
    ...change,
  };
}

/** Every instance of the configuration with every stream, each as `change` makes it. */
export function connectReadings(
  at: string,
  change: (stream: ConnectStream, instance: string) => ConnectStream | undefined = (stream) => stream,
): ConnectReading[] {
  return Object.entries(migration.new.connect).map(([instance, { namespace, streams }]) => ({
    instance,
    namespace,
    pod: `${instance}-1`,
    at,
    ready: { status: 200, body: 'OK' },
    streams: streams.flatMap((id) => change(connectStream(id), instance) ?? []),
  }));
}

export function topic(name: string, change: Partial<TopicState> = {}): TopicState {
  return {
    topic: name,
    exists: true,
    foundInstead: [],
    partitions: [{ partition: 0, lowOffset: 0, highOffset: 1000 }],
    newestAt: ago(5),
    newestAgeSeconds: 5,
    observedAt: noon.toISOString(),
    ...change,
  };
}

/** All topics of the configuration. */
export function topics(change: (name: string) => Partial<TopicState> = () => ({})): TopicState[] {
  const names = new Set(Object.values(migration.new.streams).map(({ topic }) => topic));
  return [...names].map((name) => topic(name, change(name)));
}

export function group(name: string, names: readonly string[], change: Partial<GroupState> = {}): GroupState {
  return {
    group: name,
    state: 'Stable',
    members: [{ memberId: 'm', clientId: 'c', clientHost: '/10.0.0.1' }],
    partitions: names.map((topic) => ({
      topic,
      partition: 0,
      highOffset: 1000,
      committedOffset: 1000,
      lagRecords: 0,
    })),
    observedAt: noon.toISOString(),
    ...change,
  };
}

export function rows(stream: string, change: Partial<StreamRows> = {}): StreamRows {
  return {
    stream,
    database: 'telemetry',
    table: migration.new.streams[stream]?.rows.table ?? 'none',
    exists: true,
    databaseNow: noon.toISOString(),
    newestAt: ago(5),
    newestAgeSeconds: 5,
    ...change,
  };
}

/** A window of a stream whose declared columns are filled, in the middle of their ranges. */
export function windowRows(stream: string, change: Partial<WindowRows> = {}): WindowRows {
  const columns = Object.entries(migration.new.streams[stream]?.rows.columns ?? {});
  return {
    stream,
    from: ago(3600),
    to: ago(0),
    rowCount: 120,
    duplicateCount: 0,
    columns: columns.map(([column, { min, max }]) => ({
      column,
      nullCount: 0,
      ...(min === undefined || max === undefined ? {} : { min: (min + max) / 2, max: (min + max) / 2 }),
    })),
    ...change,
  };
}
