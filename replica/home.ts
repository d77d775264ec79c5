import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import type { ClusterReplicaKind } from './cluster/raise.ts';
import { type HistoryState, historyStates } from './embedded/history/state.ts';

/** What a running replica leaves behind for others to find it. */
export interface ReplicaRecord {
  readonly pid: number;
  readonly state: ReplicaState;
  readonly startedAt: string;
  readonly kubeconfig: string;
  /** Of its API server. */
  readonly url: string;
}

/** What a replica on a real cluster leaves here: the way to it. What it is stands in the cluster itself. */
export interface ClusterReplicaRecord {
  readonly kind: ClusterReplicaKind;
  readonly state: ReplicaState;
  readonly timeScale: number;
  readonly standIns: readonly string[];
  readonly startedAt: string;
  readonly kubeconfig: string;
  /** Of its API server. */
  readonly url: string;
}

export type ReplicaState = HistoryState;
export const replicaStates: readonly ReplicaState[] = historyStates;

/** `before phase 5` */
export function stateWords(state: ReplicaState): string {
  return state.replace('-', ' ').replace(/(\d)/, ' $1');
}

const root = resolve(import.meta.dirname, '..');

/** Where the replica that `npm run replica` keeps up has its kubeconfig, its record and its log. */
export const replicaHome = join(root, '.replica');

/** Where the kubeconfig and the record of a replica on a real cluster lie. */
export const clusterReplicaHome = join(replicaHome, 'cluster');

/** Prepared database directories and certificates, kept between starts. */
export const cacheDirectory = join(root, '.cache', 'replica');

/** What Node compiled, kept between starts: stripping types and parsing took a second of each. */
export const compileCacheDirectory = join(root, '.cache', 'code');

/** The Git repository that the Flux of an embedded replica applies: `git clone` it, change it, push. */
export const gitopsRepository = (home: string) => join(home, 'gitops.git');

const recordPath = (home: string) => join(home, 'replica.json');

/** The replica recorded in this home that still serves, or undefined. A record of one that does not is removed. */
export async function runningReplica(home = replicaHome): Promise<ReplicaRecord | undefined> {
  const record = await recordedReplica(home);
  if (record === undefined) return undefined;
  // A pid alone says little: after a crash it may be another program's.
  if (isAlive(record.pid) && (await accepts(new URL(record.url)))) return record;
  forgetReplica(home);
  return undefined;
}

/** The replica recorded in this home, be it dead. */
export function recordedReplica(home = replicaHome): Promise<ReplicaRecord | undefined> {
  return readRecord(home);
}

/** The replica on a real cluster that was raised from here and not removed, whether its cluster answers or not. */
export function recordedClusterReplica(home = clusterReplicaHome): Promise<ClusterReplicaRecord | undefined> {
  return readRecord(home);
}

async function readRecord<Record>(home: string): Promise<Record | undefined> {
  const text = await readFile(recordPath(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

export async function recordReplica(record: ReplicaRecord, home = replicaHome): Promise<void> {
  await writeWhole(recordPath(home), `${JSON.stringify(record, undefined, 2)}\n`);
}

export async function recordClusterReplica(record: ClusterReplicaRecord, home = clusterReplicaHome): Promise<void> {
  await writeWhole(recordPath(home), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** At once, for a process that ends. */
export function forgetReplica(home = replicaHome): void {
  rmSync(recordPath(home), { force: true });
}

/** Readable by its owner only: a kubeconfig holds tokens. Written beside and renamed, so that nobody reads half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, path);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The kernel takes the connection, also for a server that is busy. */
function accepts({ hostname, port }: URL): Promise<boolean> {
  const socket = connect(Number(port), hostname);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
