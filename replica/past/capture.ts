import type { Admin } from 'kafkajs';
import type { StateCapture } from '../../helpers/capture/schema.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { identifier } from '../../helpers/database/sql.ts';
import type { Connections } from '../../helpers/spec/connections.ts';

/**
 * What a capture would have held that had been made at a moment of the replica's past, from one that is made now: the
 * offsets of that time, the rows there were by then, and the old workloads running.
 */
export async function backdated(
  capture: StateCapture,
  atMs: number,
  migration: Migration,
  connections: Connections,
): Promise<StateCapture> {
  const at = new Date(atMs).toISOString();
  const { admin } = await connections.kafka();
  const declared = (namespace: string, name: string) =>
    migration.old.workloads.find((each) => each.namespace === namespace && each.name === name)?.replicas ?? 1;
  const [topics, tables] = await Promise.all([
    Promise.all(capture.topics.map((topic) => topicAt(admin, topic, atMs))),
    Promise.all(capture.tables.map((table) => tableAt(connections, table, at))),
  ]);
  return {
    ...capture,
    at,
    workloads: capture.workloads.map((workload) => {
      const replicas = declared(workload.namespace, workload.name);
      return { ...workload, replicas, ready: replicas };
    }),
    kustomizations: capture.kustomizations.map((one) => ({ ...one, suspended: false })),
    topics,
    groups: capture.groups.map((group) => ({
      ...group,
      at,
      state: 'Stable',
      members: 1,
      partitions: group.partitions.map((partition) => ({
        ...partition,
        committedOffset: committedAt(partition, topics) ?? partition.committedOffset ?? 0,
      })),
    })),
    tables,
    manifests: capture.manifests.map((manifest) => asDeclared(manifest, declared)),
  };
}

type Topic = StateCapture['topics'][number];
type Table = StateCapture['tables'][number];
type Manifest = StateCapture['manifests'][number];

async function topicAt(admin: Admin, topic: Topic, atMs: number): Promise<Topic> {
  const then = await admin.fetchTopicOffsetsByTimestamp(topic.topic, atMs);
  const at = new Date(atMs).toISOString();
  return {
    ...topic,
    at,
    partitions: topic.partitions.map((partition) => {
      const offset = Number(then.find((each) => each.partition === partition.partition)?.offset ?? -1);
      return { ...partition, highOffset: offset < 0 ? partition.highOffset : offset };
    }),
    ...(topic.newestAt === undefined ? {} : { newestAt: topic.newestAt < at ? topic.newestAt : at }),
  };
}

function committedAt({ topic, partition }: { topic: string; partition: number }, topics: readonly Topic[]) {
  const of = topics.find((each) => each.topic === topic);
  return of?.partitions.find((each) => each.partition === partition)?.highOffset;
}

async function tableAt(connections: Connections, table: Table, at: string): Promise<Table> {
  if (table.timeColumn === undefined) return { ...table, at };
  const database = table.database === 'old' ? connections.oldDatabase() : connections.database(table.database);
  const time = identifier(table.timeColumn);
  const [since] = await (await database).query<{ rows: string; newest: string | null }>(
    `SELECT count(*) FILTER (WHERE ${time} >= $1) AS rows, max(${time}) FILTER (WHERE ${time} < $1) AS newest
       FROM ${table.table.split('.').map(identifier).join('.')}`,
    [at],
  );
  const newest = since?.newest == null ? undefined : new Date(since.newest).toISOString();
  return {
    ...table,
    at,
    rows: table.rows - Number(since?.rows ?? 0),
    ...(newest === undefined ? {} : { newestAt: newest }),
  };
}

function asDeclared(manifest: Manifest, declared: (namespace: string, name: string) => number): Manifest {
  const { namespace = '', name } = manifest.metadata;
  if (manifest.kind !== 'Deployment') return manifest;
  return { ...manifest, spec: { ...(manifest.spec as object), replicas: declared(namespace, name) } };
}
