import { lockCluster } from '../../cli/acts/lock.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { callReplicaAt } from '../../replica/control.ts';
import { branch, commitChange, filesOf, headOf } from '../../replica/embedded/flux/repository.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { suspendOwner } from './acts.ts';
import { canonical, comparable, objectKey } from './comparable.ts';
import { ObjectWriter, observeObjects } from './objects.ts';
import { putStreamsBack } from './put-streams-back.ts';
import { gitdirOf, plantedFaults, type Snapshot, snapshotDifferences, takeSnapshot, type Whole } from './snapshot.ts';

/** Pods start, consumers come back to their groups, Flux reconciles: on a busy machine. */
const withinSeconds = 150;
const everySeconds = 0.5;

/**
 * Puts a replica back as a snapshot has it, whatever was done to it: faults, what Git says, objects, streams. Resolves
 * with how many objects and row sources were compared once it is as it was. Throws `Unobservable` that names every
 * difference when it is not so in time, and the abort reason of the signal.
 */
export async function putBack(
  whole: Whole,
  before: Snapshot,
  signal?: AbortSignal,
): Promise<{ readonly compared: number }> {
  {
    // An act that a killed scenario had begun goes on without it.
    await using _ = await lock(whole, signal);
    await takeFaultsBack(whole);
    if (whole.kind === 'embedded') await putGitBack(whole, before);
    await putObjectsBack(whole, before);
    await putStreamsBack(whole.replica, before, { within: withinSeconds, every: everySeconds, signal });
  }
  return asItWas(whole, before, signal);
}

/**
 * Waits until the replica is as the snapshot has it; what does not answer yet is looked at again. What comes to be
 * meanwhile goes: Flux ends an application that it had begun, also one that nothing asks for any more.
 */
export async function asItWas(
  whole: Whole,
  before: Snapshot,
  signal?: AbortSignal,
): Promise<{ readonly compared: number }> {
  let last = 'nothing was compared';
  const look = async () => {
    try {
      const planted = (await plantedFaults(whole)).map(({ name }) => `the fault ${name} is planted`);
      const now = await takeSnapshot(whole);
      await removeNew(whole, before, now.objects);
      const differ = [...planted, ...snapshotDifferences(before, now)];
      last = differ.join('\n');
      if (differ.length > 0) return notYet(`these differ:\n${last}`);
      return seen({ compared: before.objects.length + Object.keys(before.rowSources).length });
    } catch (error) {
      return notYet(`it cannot be looked at: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const waiting = { for: 'the replica to be as it was', within: withinSeconds, every: everySeconds };
  try {
    return await eventually(look, { ...waiting, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted) throw new Error(`the replica was not yet as it was:\n${last}`, { cause: error });
    throw error;
  }
}

/** The lock of the cluster's acts, once whoever holds it has ended or has been dead for a minute. */
async function lock({ cluster }: Whole, signal: AbortSignal | undefined): Promise<AsyncDisposable> {
  const look = async () => {
    try {
      return seen(await lockCluster(cluster.kubeConfig, 'put back'));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return notYet(error.message);
    }
  };
  const waiting = { for: 'no act to be under way', within: withinSeconds, every: everySeconds };
  return eventually(look, { ...waiting, ...(signal === undefined ? {} : { signal }) });
}

async function takeFaultsBack(whole: Whole): Promise<void> {
  for (const { name } of [...(await plantedFaults(whole))].reverse())
    await callReplicaAt(whole.replica.kubeconfig, 'DELETE', `faults/${name}`);
}

async function putGitBack({ replica }: Whole, { git }: Snapshot): Promise<void> {
  const gitdir = gitdirOf(replica.kubeconfig);
  const now = await filesOf(gitdir, await headOf(gitdir, branch));
  const edits = new Map<string, string | undefined>();
  for (const [path, text] of Object.entries(git)) if (now.get(path) !== text) edits.set(path, text);
  for (const path of now.keys()) if (!(path in git)) edits.set(path, undefined);
  if (edits.size > 0) await commitChange(gitdir, 'Put back what a scenario changed', edits);
}

/** Makes what is missing, makes again what is another, and removes what is new. Returns when the API server has taken it. */
export async function putObjectsBack(
  whole: Pick<Whole, 'cluster' | 'replica'>,
  before: Pick<Snapshot, 'objects'>,
): Promise<void> {
  const writer = new ObjectWriter(whole.cluster);
  const wanted = new Map(before.objects.map((object) => [objectKey(object), object]));
  await freeNamespaces(whole, writer, wanted);
  const objects = await observeObjects(whole.cluster);
  await removeNew(whole, before, objects);
  const now = new Map(objects.map((object) => [objectKey(object), object]));
  for (const object of [...wanted.values()].sort((a, b) => rank(a) - rank(b))) {
    const there = now.get(objectKey(object));
    if (there === undefined || asMade(there) !== asMade(object)) await writer.put(object);
    if (object.kind === 'Kustomization') await putStatusBack(whole, object);
  }
}

/** Removes what is there now and was not before. Returns when the API server has taken it. */
async function removeNew(
  { cluster, replica }: Pick<Whole, 'cluster' | 'replica'>,
  before: Pick<Snapshot, 'objects'>,
  now: Snapshot['objects'],
): Promise<void> {
  const writer = new ObjectWriter(cluster);
  const wanted = new Set(before.objects.map(objectKey));
  for (const object of now) {
    if (wanted.has(objectKey(object)) || object.metadata.deletionTimestamp !== undefined) continue;
    // Deleted while it is not suspended, a Kustomization takes with it what it applied.
    if (object.kind === 'Kustomization') await suspendOwner(replica, object.metadata.name, true);
    await writer.remove(object);
  }
}

/** What a scenario left Terminating goes, whatever holds it, before it is made again. */
async function freeNamespaces(
  whole: Pick<Whole, 'cluster'>,
  writer: ObjectWriter,
  wanted: ReadonlyMap<string, KubeObject>,
): Promise<void> {
  const look = async () => {
    const objects = await observeObjects(whole.cluster);
    const names = objects
      .filter(({ kind, metadata }) => kind === 'Namespace' && metadata.deletionTimestamp !== undefined)
      .map(({ metadata }) => metadata.name);
    if (names.length === 0) return seen(undefined);
    const held = objects.filter(
      ({ metadata }) => names.includes(metadata.namespace ?? '') && metadata.finalizers?.length,
    );
    for (const object of held.filter((each) => !wanted.has(objectKey(each))))
      await writer.put({ ...object, metadata: { ...object.metadata, finalizers: [] } });
    return notYet(`Terminating: ${names.join(', ')}`);
  };
  await eventually(look, { for: 'no namespace to be Terminating', within: withinSeconds, every: everySeconds });
}

/** A suspended Kustomization is not reconciled, so its status does not come back by itself. */
async function putStatusBack(
  { replica }: Pick<Whole, 'replica'>,
  { metadata: { namespace = '', name }, status }: KubeObject,
): Promise<void> {
  const place = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations', namespace, name };
  if (status === undefined) return;
  await replica.custom.patchNamespacedCustomObjectStatus({
    ...place,
    body: [{ op: 'add', path: '/status', value: status }],
  });
}

/** Without its status, which is what came of it. */
function asMade({ status: _, ...object }: KubeObject): string {
  return canonical(comparable(object));
}

const first = [
  'Namespace',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
];
const last = ['GitRepository', 'Kustomization'];

function rank({ kind }: KubeObject): number {
  const [early, late] = [first.indexOf(kind), last.indexOf(kind)];
  return early >= 0 ? early : first.length + 1 + late;
}
