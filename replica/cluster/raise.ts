import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { duration } from '../../helpers/time-words.ts';
import { gitopsFiles } from '../embedded/flux/content.ts';
import { atPace, gitopsStage } from '../embedded/flux/stage.ts';
import { gitopsVersions } from '../embedded/flux/versions.ts';
import { type HistoryOf, oldDataIsRetained } from '../embedded/history/state.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { asOf, loadManifests } from '../embedded/manifests.ts';
import {
  clusterReplicaHome,
  type ReplicaState,
  recordClusterReplica,
  recordedClusterReplica,
  writeWhole,
} from '../home.ts';
import { writePast } from '../past/write.ts';
import { replicaKubeconfig } from './access.ts';
import { isWorkload, type Patience, whenJobsComplete, whenWorkloadsReady } from './await-cluster.ts';
import { bundleProgram } from './bundle.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { type GitOps, isGitOps, putUnderFlux, takenBy } from './flux.ts';
import { clusterObjects, programNames } from './objects.ts';
import { secondsUntilQuiet } from './quiet.ts';
import { readMark, writeMark } from './record.ts';
import { refuseUnlessScratch } from './refuse.ts';
import { removeObjects } from './remove.ts';
import { retainVolumes } from './retained.ts';
import { seedDatabases } from './seed-databases.ts';
import { seedTopics } from './seed-topics.ts';
import { whenConsuming } from './when-consuming.ts';

/** What a replica on a real cluster is called: `scratch` for a cluster that the operator named, `k3d` for one that k3d made. */
export type ClusterReplicaKind = 'scratch' | 'k3d';

export interface RaiseOptions {
  readonly kind: ClusterReplicaKind;
  /** Path of a kubeconfig; its current context must be an admin of the cluster. */
  readonly kubeconfig: string;
  /** Path of migration.yaml: what is configured, and which clusters are live ones. */
  readonly config: string;
  /** Where in the plan it stands. */
  readonly state: ReplicaState;
  /** Images that stand in for those of the manifests, by repository: `redpandadata/redpanda` → `redpandadata/redpanda:lab`. */
  readonly images: ReadonlyMap<string, string>;
  /** How much faster than life it runs. */
  readonly timeScale: number;
  /** One line for each step, and again when what is waited for changes. */
  readonly progress: (step: string) => void;
  /** Ends the raising where it stands; `removeReplica`, or raising again, mends that. */
  readonly signal: AbortSignal;
}

export interface RaisedReplica {
  /** Path of the kubeconfig that was written to the replica's home: contexts `KIND` (admin, current) and `verifier@KIND`. */
  readonly kubeconfig: string;
  /** `redpandadata/redpanda:lab for redpandadata/redpanda:v25.2.1`, one for each image that was replaced. */
  readonly standIns: readonly string[];
  /** False when a whole replica was there already: then only the kubeconfig was written anew. */
  readonly raised: boolean;
}

/** Seconds. Images may have to be pulled. */
const within = { pods: 300, jobs: 120, consuming: 120 };

/** What the others speak to comes first, so that nobody's log begins with a refused connection. */
const foundations = new Set(['redpanda-v2', 'timescaledb', 'postgres']);

/** Of what watches both systems and belongs to neither. */
const watchersNamespace = 'monitoring';

/**
 * Brings the stack of replica/manifests up on a cluster, with eight days behind it, and records it in the cluster and in
 * the replica's home. What an interrupted raising left is removed first. Throws `NotScratch` when the cluster holds
 * something that is not a replica's or is one that a live target names, and `Unobservable` when a step does not come to
 * its end in time, saying what was last seen.
 */
export async function raiseReplica(options: RaiseOptions): Promise<RaisedReplica> {
  const { kind, kubeconfig, timeScale, state, progress, signal } = options;
  const migration = loadMigration(options.config);
  await using cluster = await openCluster(kubeconfig, kind, signal);
  const manifests = (await loadManifests()).map((object) => atPace(object, timeScale));
  const recorded = await recordedClusterReplica();
  if (recorded !== undefined && recorded.url !== cluster.target.server)
    throw new Error(`a replica is up on ${recorded.url}: npm run replica -- --down removes it`);
  progress(`looking at ${cluster.target.server}`);
  await refuseUnlessScratch(cluster, migration, manifests);
  const before = await readMark(cluster);
  if (before?.complete) return { ...(await enter(cluster, kind, before)), raised: false };
  if (await removeObjects(cluster, { progress, signal })) progress('what an interrupted raising left is removed');

  const wanted = await takenBy(cluster, manifests, progress);
  const modules = await Promise.all(
    programNames(wanted).map(async (name) => [name, await bundleProgram(name)] as const),
  );
  const programs = new Map(modules);
  const { objects, standIns } = clusterObjects(asOf(state, wanted), { ...options, programs });
  const asMeant = clusterObjects(wanted, { ...options, programs }).objects;
  const running = [...objects.filter((object) => !isGitOps(object)), ...asMeant.filter(isGitOps)];
  const gitops = {
    objects: objects.filter(isGitOps),
    asItRuns: [{ message: 'What runs', files: gitopsFiles(running, gitopsStage(state)) }],
    versions: gitopsVersions(asMeant, state),
  };
  const mark = { state, timeScale, standIns };
  await writeMark(cluster, kind, { ...mark, complete: false });
  const history = await start(cluster, objects, gitops, migration, { state, timeScale }, { progress, signal });
  const entered = await enter(cluster, kind, mark);
  progress('writing the ledger of its past');
  const directory = join(clusterReplicaHome, 'ledger');
  await writePast({
    kind,
    kubeconfig: entered.kubeconfig,
    config: options.config,
    directory,
    isCaptured: true,
    ...history,
  });
  const seconds = secondsUntilQuiet(history, migration, new Date());
  if (seconds > 0)
    progress(`waiting until what the databases logged while they were made is past: ${duration(seconds)}`);
  await sleep(seconds * 1000, undefined, { signal });
  await writeMark(cluster, kind, { ...mark, complete: true });
  return { ...entered, raised: true };
}

/** Starts things in the order in which they need each other. Resolves with the past that they were given. */
async function start(
  cluster: Cluster,
  objects: readonly KubeObject[],
  gitops: GitOps,
  migration: Migration,
  of: Omit<HistoryOf, 'nowMs'>,
  patience: Patience,
): Promise<HistoryOf> {
  const { progress, signal } = patience;
  const apply = async (some: readonly KubeObject[]) => {
    for (const object of some) await cluster.apply(object);
  };
  const ready = async (some: readonly KubeObject[]) => {
    await apply(some);
    await whenWorkloadsReady(cluster, some, within.pods, patience);
  };
  const workloads = objects.filter(isWorkload);
  const jobs = objects.filter(({ kind }) => kind === 'Job');
  const bases = workloads.filter(({ metadata }) => foundations.has(metadata.name));
  const named = (name: string) => workloads.filter(({ metadata }) => metadata.name === name);
  const [mosquitto, sensors] = [named('mosquitto'), named('sensors')];
  const watching = workloads.filter(({ metadata }) => metadata.namespace === watchersNamespace);
  const rest = workloads.filter((each) => ![...bases, ...mosquitto, ...sensors, ...watching].includes(each));

  const plain = objects.filter((object) => !isWorkload(object) && object.kind !== 'Job' && !isGitOps(object));
  progress(`applying ${plain.length} objects`);
  await apply(plain);
  progress('starting the broker and three databases');
  await ready([...bases, ...mosquitto]);
  if (oldDataIsRetained(of.state)) await retainVolumes(cluster, migration.old.dataNamespaces);
  progress('running the migrations');
  await apply(jobs);
  await whenJobsComplete(cluster, jobs, within.jobs, patience);
  const history = { ...of, nowMs: Date.now() };
  progress('loading eight days of history into three databases and the broker');
  const [rows, records] = await Promise.all([
    seedDatabases(cluster, migration, history, signal),
    seedTopics(cluster, migration, history, signal),
  ]);
  progress(`loaded ${rows} rows and ${records} records; starting both systems`);
  await ready(rest);
  await ready(sensors);
  // Neither system needs it: where its image cannot be had, PM.alerts says that nobody answers.
  await apply(watching);
  if (gitops.objects.length > 0) {
    progress('putting both systems under Flux');
    await putUnderFlux(cluster, gitops, patience);
  }
  await whenConsuming(cluster, migration, history, within.consuming, patience);
  return history;
}

/** Writes the way into the replica to its home, where the commands find it. */
async function enter(
  cluster: Cluster,
  kind: ClusterReplicaKind,
  { state, timeScale, standIns }: { state: ReplicaState; timeScale: number; standIns: readonly string[] },
): Promise<Omit<RaisedReplica, 'raised'>> {
  const kubeconfig = join(clusterReplicaHome, 'kubeconfig');
  await writeWhole(kubeconfig, await replicaKubeconfig(cluster, kind));
  const url = cluster.target.server;
  await recordClusterReplica({
    kind,
    state,
    timeScale,
    standIns,
    kubeconfig,
    url,
    startedAt: new Date().toISOString(),
  });
  return { kubeconfig, standIns };
}

export interface RemoveOptions {
  /** Path of a kubeconfig; the recorded one unless given. */
  readonly kubeconfig?: string;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}

/** Removes what an interrupted raising left; a replica that is whole stays, whoever raised it. */
export async function removeHalfRaised(kubeconfig: string, kind: ClusterReplicaKind): Promise<void> {
  const { signal } = new AbortController();
  await using cluster = await openCluster(kubeconfig, kind, signal);
  if ((await readMark(cluster))?.complete === false) await removeReplica({ kubeconfig, progress: () => {}, signal });
}

/** Removes all that `raiseReplica` made, be it half made, and the record in the replica's home. False when there was nothing. */
export async function removeReplica({ kubeconfig, progress, signal }: RemoveOptions): Promise<boolean> {
  const record = await recordedClusterReplica();
  const path = kubeconfig ?? record?.kubeconfig;
  if (path === undefined) return false;
  await using cluster = await openCluster(path, record?.kind ?? 'scratch', signal);
  const removed = await removeObjects(cluster, { progress, signal });
  if (record === undefined || record.url === cluster.target.server)
    await rm(clusterReplicaHome, { recursive: true, force: true });
  return removed;
}
