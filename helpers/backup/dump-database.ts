import type { Writable } from 'node:stream';
import type { DatabaseConfig } from '../config/schema.ts';
import type { Credentials } from '../target/credentials.ts';
import { openSnapshot } from '../target/dial/postgres.ts';
import { readyPod, type ServicePort } from '../target/service.ts';
import type { Target } from '../target/target.ts';
import { duration } from '../time-words.ts';
import { Unobservable } from '../unobservable.ts';
import type { DatabaseSums } from './observed.ts';
import { runInPod } from './pod-exec.ts';
import { observeSums } from './sums.ts';
import { type Progress, type Written, writeCompressed } from './write-dump.ts';

export interface DumpOrder {
  readonly target: Target;
  readonly database: DatabaseConfig;
  /** Reads, through a tunnel, what the dump's snapshot holds. */
  readonly credentials: Credentials;
  /** The role that pg_dump connects as, in the pod. */
  readonly user: string;
  /** What reading one table, or the next byte of the dump, may take, in seconds. */
  readonly patienceSeconds: number;
  readonly file: string;
  readonly progress: (at: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Dumps a database into a file: pg_dump in its pod, under a snapshot that a session of ours exported and of which that
 * session takes the sums, so that both are of one moment.
 *
 * Throws `Unobservable`, `CommandFailed`, the file system's errors, and the abort reason of `signal`.
 */
export async function dumpDatabase(order: DumpOrder): Promise<Written & { readonly sums: DatabaseSums }> {
  const { target, database, credentials, user, patienceSeconds, file, progress } = order;
  const stalled = new AbortController();
  const signal = AbortSignal.any([order.signal, stalled.signal]);
  await using session = await openSnapshot(target, database, credentials, patienceSeconds);
  const patience = setTimeout(() => stalled.abort(silent(database, patienceSeconds)), patienceSeconds * 1000);
  // When one of the two fails the other is of no use, and nothing may write into the file any more when this ends.
  const failed = (error: unknown): never => {
    if (!stalled.signal.aborted) stalled.abort(error);
    throw error;
  };
  try {
    const [row] = await session.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const at = await podOf(target, database);
    const argv = ['pg_dump', '-U', user, '-w', `--snapshot=${row?.snapshot}`, '-d', database.database];
    const dump = (stdout: Writable) => runInPod({ kubeConfig: target.kubeConfig, ...at, argv, stdout, signal });
    const moved = (now: Progress) => {
      patience.refresh();
      progress(now);
    };
    const [sums, written] = await Promise.allSettled([
      observeSums(session).catch(failed),
      writeCompressed(file, dump, moved).catch(failed),
    ]);
    if (sums.status === 'fulfilled' && written.status === 'fulfilled') return { ...written.value, sums: sums.value };
    order.signal.throwIfAborted();
    throw stalled.signal.reason;
  } finally {
    clearTimeout(patience);
  }
}

function silent({ database }: DatabaseConfig, seconds: number): Unobservable {
  return new Unobservable('timeout', `the dump of ${database} did not go on for ${duration(seconds)}`, {
    hint: 'look for a lock in its pg_stat_activity; raise backup.patience where the database is that slow',
  });
}

/** The database's pod and the container in it that has its port. */
export async function podOf({ kube }: Target, database: ServicePort) {
  const { namespace, pod, port } = await readyPod(kube, database);
  const { spec } = await kube.core.readNamespacedPod({ namespace, name: pod });
  const containers = spec?.containers ?? [];
  const container = containers.find(({ ports }) => ports?.some((one) => one.containerPort === port)) ?? containers[0];
  return { namespace, pod, container: container?.name ?? '' };
}
