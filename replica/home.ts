import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { HistoryState } from './embedded/history/rows.ts';

/** What a running replica leaves behind for others to find it. */
export interface ReplicaRecord {
  readonly pid: number;
  readonly state: ReplicaState;
  readonly startedAt: string;
  readonly kubeconfig: string;
}

export type ReplicaState = HistoryState;
export const replicaStates: readonly ReplicaState[] = ['before-phase5', 'after-phase5'];

const root = resolve(import.meta.dirname, '..');

/** Where the replica that `npm run replica` keeps up has its kubeconfig, its record and its log. */
export const replicaHome = join(root, '.replica');

/** Prepared database directories and certificates, kept between starts. */
export const cacheDirectory = join(root, '.cache', 'replica');

const recordPath = (home: string) => join(home, 'replica.json');

/** The replica recorded in this home whose process still lives, or undefined. A record without a process is removed. */
export async function runningReplica(home = replicaHome): Promise<ReplicaRecord | undefined> {
  const text = await readFile(recordPath(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined) return undefined;
  const record: ReplicaRecord = JSON.parse(text);
  if (isAlive(record.pid)) return record;
  await forgetReplica(home);
  return undefined;
}

export async function recordReplica(record: ReplicaRecord, home = replicaHome): Promise<void> {
  await writeWhole(recordPath(home), `${JSON.stringify(record, undefined, 2)}\n`);
}

export async function forgetReplica(home = replicaHome): Promise<void> {
  await rm(recordPath(home), { force: true });
}

/** Readable by its owner only: a kubeconfig holds tokens. Written beside and renamed, so that nobody reads half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
