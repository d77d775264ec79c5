import { observeGroup } from '../../broker/group.ts';
import type { GroupState, TopicConsumer, TopicState } from '../../broker/observed.ts';
import { observeTopic } from '../../broker/topic.ts';
import { observeTopicConsumers } from '../../broker/topic-consumers.ts';
import { observeBindings } from '../../cluster/bindings.ts';
import { observeClaims, observeVolumes } from '../../cluster/claims.ts';
import { observeMentions } from '../../cluster/mentions.ts';
import { observeNodeImages } from '../../cluster/node-images.ts';
import type {
  BindingState,
  ClaimState,
  Mention,
  NamespaceState,
  NodeImages,
  OwnerState,
  PodAddress,
  Presence,
  TemplateState,
  VolumeState,
  WorkloadState,
} from '../../cluster/observed.ts';
import { observeOwners } from '../../cluster/owners.ts';
import { observePodAddresses } from '../../cluster/pod-addresses.ts';
import { observeConfigMaps, observeNamespace, observeSecret } from '../../cluster/presence.ts';
import { observeTemplates } from '../../cluster/templates.ts';
import { observeWorkloads } from '../../cluster/workloads.ts';
import { oldGroups, oldNamespaces, oldTopics, oldWorkloads } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import { observeGapAround } from '../../database/gap-around.ts';
import type { GapAround, SessionState, TableState } from '../../database/observed.ts';
import { observeSessions } from '../../database/sessions.ts';
import { observeTables } from '../../database/tables.ts';
import type { Sightings } from '../../judge/verdict.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';

/** Who may still read the old system, by every trace that a reader leaves. */
interface Consumption {
  readonly mentions: Sightings<Mention>;
  readonly groups: Sightings<TopicConsumer>;
  readonly sessions: Sightings<SessionState>;
  readonly pods: Sightings<PodAddress>;
}

/** What can be observed of the old system, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface OldSystemObservations {
  oldWorkloads(): Promise<Sightings<WorkloadState>>;
  /** What runs pods in the old namespaces, named or not. */
  oldTemplates(): Promise<Sightings<TemplateState>>;
  oldNamespaces(): Promise<Sightings<NamespaceState>>;
  oldTopics(): Promise<Sightings<TopicState>>;
  oldGroups(): Promise<Sightings<GroupState>>;
  /** The tables of the old database, by its catalog. */
  oldTableStates(): Promise<Sightings<TableState>>;
  /** Each old table's rows around a stretch of time. */
  oldGaps(from: Date, to: Date): Promise<Sightings<GapAround>>;
  /** The Secrets that migration.yaml names under old, and the ConfigMaps of the old namespaces. */
  oldNeeds(): Promise<Sightings<Presence>>;
  oldClaims(): Promise<Sightings<ClaimState>>;
  /** The Kustomizations that apply the old system: those that migration.yaml names. */
  oldOwners(): Promise<Sightings<OwnerState>>;
  nodeImages(): Promise<Sightings<NodeImages>>;
  /** What runs pods, everywhere. */
  everyTemplate(): Promise<Sightings<TemplateState>>;
  volumes(): Promise<Sightings<VolumeState>>;
  /** Secrets of the old system that lie in namespaces of others. */
  secretsElsewhere(): Promise<Sightings<Presence>>;
  bindings(): Promise<Sightings<BindingState>>;
  consumption(): Promise<Consumption>;
}

export function oldSystemObservations(migration: Migration, connections: Connections): OldSystemObservations {
  const { old } = migration;
  const namespaces = oldNamespaces(migration);
  const inEach = <T>(what: string, observe: (namespace: string) => Promise<readonly T[]>) =>
    sight(namespaces, (namespace) => `${what} of ${namespace}`, observe);
  const target = () => connections.target();
  const admin = async () => (await connections.kafka()).admin;
  const one = <T>(what: string, observe: () => Promise<T | readonly T[]>) => sight([what], () => what, observe);

  return {
    oldWorkloads: () =>
      sight(
        [...new Set(oldWorkloads(migration).map(({ namespace }) => namespace))],
        (namespace) => `workloads of ${namespace}`,
        async (namespace) =>
          observeWorkloads(
            await target(),
            oldWorkloads(migration).filter((ref) => ref.namespace === namespace),
          ),
      ),
    oldTemplates: () => inEach('what runs pods', async (namespace) => observeTemplates(await target(), namespace)),
    oldNamespaces: () =>
      sight(
        namespaces,
        (name) => `namespace ${name}`,
        async (name) => observeNamespace(await target(), name),
      ),
    oldTopics: () =>
      sight(
        oldTopics(migration),
        (topic) => `topic ${topic}`,
        async (topic) => observeTopic(await admin(), topic, await connections.clock()),
      ),
    oldGroups: () =>
      sight(
        oldGroups(migration),
        (group) => `group ${group}`,
        async (group) => observeGroup(await admin(), group, oldTopics(migration)),
      ),
    oldTableStates: () => one('the old database', async () => observeTables(await connections.oldDatabase(), 'old')),
    oldGaps: (from, to) =>
      one('the old database', async () => {
        const db = await connections.oldDatabase();
        const tables = (await observeTables(db, 'old')).filter(({ isSeries }) => isSeries);
        return Promise.all(tables.map((table) => observeGapAround(db, table, { from, to })));
      }),
    oldNeeds: async () => {
      const [secrets, configMaps] = await Promise.all([
        sight(
          old.secrets,
          ({ namespace, name }) => `Secret ${namespace}/${name}`,
          async (secret) => observeSecret(await target(), secret),
        ),
        inEach('ConfigMaps', async (namespace) => observeConfigMaps(await target(), namespace)),
      ]);
      return { seen: [...secrets.seen, ...configMaps.seen], unseen: [...secrets.unseen, ...configMaps.unseen] };
    },
    oldClaims: () => inEach('claims', async (namespace) => observeClaims(await target(), namespace)),
    oldOwners: () =>
      one('Kustomizations', async () => {
        const templates = await Promise.all(namespaces.map(async (name) => observeTemplates(await target(), name)));
        const { namespace, kustomizations } = migration.gitops;
        const owners = [
          ...templates.flat().flatMap(({ owner }) => owner ?? []),
          ...kustomizations.map((name) => ({ namespace, name })),
        ];
        return observeOwners(await target(), owners);
      }),
    nodeImages: () => one('images of the nodes', async () => observeNodeImages(await target())),
    everyTemplate: () => one('what runs pods in all namespaces', async () => observeTemplates(await target())),
    volumes: () => one('volumes', async () => observeVolumes(await target())),
    secretsElsewhere: () =>
      sight(
        old.secrets.filter(({ namespace }) => !namespaces.includes(namespace)),
        ({ namespace, name }) => `Secret ${namespace}/${name}`,
        async (secret) => observeSecret(await target(), secret),
      ),
    bindings: () => one('ClusterRoleBindings', async () => observeBindings(await target())),
    consumption: async () => {
      const [mentions, groups, sessions, pods] = await Promise.all([
        one('objects that name the old system', async () =>
          observeMentions(await target(), { topics: oldTopics(migration), oldNamespaces: namespaces }),
        ),
        one('consumer groups', async () => observeTopicConsumers(await admin(), oldTopics(migration))),
        one('sessions in the old database', async () => observeSessions(await connections.oldDatabase())),
        one('addresses of pods', async () => observePodAddresses(await target())),
      ]);
      return { mentions, groups, sessions, pods };
    },
  };
}
