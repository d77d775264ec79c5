import { observeGroup } from '../broker/group.ts';
import { observeTopic } from '../broker/topic.ts';
import { observeClusterId } from '../cluster/id.ts';
import type { Owner, TemplateState } from '../cluster/observed.ts';
import { observeOwners } from '../cluster/owners.ts';
import { observeNamespace } from '../cluster/presence.ts';
import { observeTemplates } from '../cluster/templates.ts';
import { observeUsage } from '../cluster/usage.ts';
import { observeWorkloads } from '../cluster/workloads.ts';
import { oldGroups, oldNamespaces, oldTopics, oldWorkloads } from '../config/old-system.ts';
import type { Migration } from '../config/schema.ts';
import { countTables } from '../database/tables.ts';
import type { Sightings, Unseen } from '../judge/verdict.ts';
import type { Connections } from '../spec/connections.ts';
import { sight } from '../spec/sightings.ts';
import { observeManifests } from './manifests.ts';
import type { StateCapture } from './schema.ts';

export interface CaptureOptions {
  /** Told of each part when it is there. */
  readonly progress: (step: string) => void;
}

/**
 * The state of both systems, for the ledger. What could not be observed stands in `unseen`: a capture that lacks
 * something says so, and P4.state judges it. Throws `Unobservable` when the API server does not answer.
 */
export async function captureState(
  migration: Migration,
  connections: Connections,
  { progress }: CaptureOptions,
): Promise<StateCapture> {
  const target = await connections.target();
  const { offsetSeconds } = await connections.clock();
  const at = new Date(Date.now() + offsetSeconds * 1000).toISOString();
  const unseen: Unseen[] = [];
  const keep = <T>({ seen, unseen: hidden }: Sightings<T>): readonly T[] => {
    unseen.push(...hidden);
    return seen;
  };
  const namespaces = oldNamespaces(migration);
  const inEach = <T>(names: readonly string[], what: string, observe: (name: string) => Promise<T | readonly T[]>) =>
    sight(names, (name) => `${what} ${name}`, observe);
  const withProgress = async <T>(step: string, work: Promise<Sightings<T>>): Promise<readonly T[]> => {
    const seen = keep(await work);
    progress(step);
    return seen;
  };

  // Each asks somebody else: together they take as long as the slowest, which is whoever counts rows.
  const withUsage = [...new Set([...namespaces, ...migration.new.workloads.map(({ namespace }) => namespace)])];
  const [{ workloads, kustomizations }, written, found, usage, topics, groups, tables] = await Promise.all([
    inEach(namespaces, 'templates of', (name) => observeTemplates(target, name)).then(async (templates) => {
      const captured = await withProgress('workloads', capturedWorkloads(target, migration, keep(templates)));
      const owners = distinctOwners([
        ...captured.flatMap(({ owner }) => owner ?? []),
        ...migration.gitops.kustomizations.map((name) => ({ namespace: migration.gitops.namespace, name })),
      ]);
      const observed = sight(
        ['Kustomizations'],
        (what) => what,
        () => observeOwners(target, owners),
      );
      return { workloads: captured, kustomizations: await withProgress('Kustomizations', observed) };
    }),
    withProgress(
      'manifests',
      inEach(namespaces, 'objects of', (name) => observeManifests(target, name)),
    ),
    withProgress(
      'namespaces',
      inEach(namespaces, 'namespace', (name) => observeNamespace(target, name)),
    ),
    withProgress(
      'usage',
      inEach(withUsage, 'usage of', (name) => observeUsage(target, name)),
    ),
    withProgress('topics', topicOffsets(migration, connections)),
    withProgress('groups', groupOffsets(migration, connections)),
    withProgress('tables', tableCounts(migration, connections)),
  ]);

  return {
    kind: 'state-capture',
    at,
    cluster: await observeClusterId(target),
    context: target.context,
    namespaces: found.flatMap(({ name, uid }) => (uid === undefined ? [] : [{ name, uid }])),
    workloads: [...workloads],
    kustomizations: [...kustomizations],
    topics: [...topics],
    groups: [...groups],
    tables: [...tables],
    usage: [...usage],
    manifests: written.flatMap(({ manifests }) => manifests),
    secrets: written.flatMap(({ secrets }) => secrets),
    scrubbed: written.flatMap(({ scrubbed }) => scrubbed),
    unseen: unseen.map(({ subject, message }) => ({ subject, message })),
  };
}

async function capturedWorkloads(
  target: Parameters<typeof observeWorkloads>[0],
  migration: Migration,
  templates: readonly TemplateState[],
): Promise<Sightings<StateCapture['workloads'][number]>> {
  return sight(
    oldWorkloads(migration),
    ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
    async (ref) => {
      const template = templates.find(
        (each) => each.kind === ref.kind && each.namespace === ref.namespace && each.name === ref.name,
      );
      if (template === undefined) return [];
      const [state] = await observeWorkloads(target, [ref]);
      const { uid, replicas, images, owner, secrets, configMaps, claims } = template;
      const { kind, namespace, name } = ref;
      return {
        kind,
        namespace,
        name,
        uid,
        replicas,
        ready: state?.replicasReady ?? 0,
        images: [...images],
        ...(owner === undefined ? {} : { owner }),
        secrets: [...secrets],
        configMaps: [...configMaps],
        claims: [...claims],
      };
    },
  );
}

async function topicOffsets(migration: Migration, connections: Connections) {
  const { streams, settings } = migration.new;
  const ofNew = [...new Set([...Object.values(streams).map(({ topic }) => topic), settings.topic])];
  const wanted = [
    ...oldTopics(migration).map((topic) => ({ topic, system: 'old' as const })),
    ...ofNew.map((topic) => ({ topic, system: 'new' as const })),
  ];
  return sight(
    wanted,
    ({ topic }) => `topic ${topic}`,
    async ({ topic, system }): Promise<StateCapture['topics']> => {
      const { admin } = await connections.kafka();
      const state = await observeTopic(admin, topic, await connections.clock());
      if (!state.exists) return [];
      return [
        {
          topic,
          system,
          at: state.observedAt,
          partitions: [...state.partitions],
          ...(state.newestAt === undefined ? {} : { newestAt: state.newestAt }),
        },
      ];
    },
  );
}

async function groupOffsets(migration: Migration, connections: Connections) {
  const { streams, settings } = migration.new;
  const consumers = [...Object.values(streams), settings];
  const topicsOf = (group: string) => consumers.flatMap((each) => (each.group === group ? [each.topic] : []));
  const wanted = [
    ...oldGroups(migration).map((group) => ({ group, system: 'old' as const, topics: oldTopics(migration) })),
    ...[...new Set(consumers.map(({ group }) => group))].map((group) => ({
      group,
      system: 'new' as const,
      topics: topicsOf(group),
    })),
  ];
  return sight(
    wanted,
    ({ group }) => `group ${group}`,
    async ({ group, system, topics }): Promise<StateCapture['groups'][number]> => {
      const { admin } = await connections.kafka();
      const state = await observeGroup(admin, group, topics);
      return {
        group,
        system,
        at: state.observedAt,
        state: state.state,
        members: state.members.length,
        partitions: state.partitions.map(({ topic, partition, committedOffset }) => ({
          topic,
          partition,
          ...(committedOffset === undefined ? {} : { committedOffset }),
        })),
      };
    },
  );
}

async function tableCounts(migration: Migration, connections: Connections) {
  const places = [
    { database: 'old', system: 'old' as const, open: () => connections.oldDatabase() },
    ...Object.keys(migration.new.databases).map((database) => ({
      database,
      system: 'new' as const,
      open: () => connections.database(database),
    })),
  ];
  return sight(
    places,
    ({ database }) => `tables of ${database}`,
    async ({ database, system, open }): Promise<StateCapture['tables']> => {
      const counts = await countTables(await open(), database);
      return counts.map(({ table, databaseNow, rows, exact, sizeBytes, timeColumn, oldestAt, newestAt }) => ({
        system,
        database,
        table,
        at: databaseNow,
        rows,
        exact,
        sizeBytes,
        ...(timeColumn === undefined ? {} : { timeColumn }),
        ...(oldestAt === undefined ? {} : { oldestAt }),
        ...(newestAt === undefined ? {} : { newestAt }),
      }));
    },
  );
}

function distinctOwners(owners: readonly Owner[]): Owner[] {
  return [...new Map(owners.map((owner) => [`${owner.namespace}/${owner.name}`, owner])).values()];
}
