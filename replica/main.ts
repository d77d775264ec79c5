import { join } from 'node:path';
import { startEmbeddedReplica } from './embedded/replica.ts';
import { cacheDirectory, forgetReplica, type ReplicaState, recordReplica, writeWhole } from './home.ts';
import type { ReplicaEvent } from './lifecycle.ts';

/** The process of an embedded replica. It ends on SIGTERM, and with the process that started it unless it is to be kept. */
interface Orders {
  readonly home: string;
  readonly state: ReplicaState;
  readonly timeScale: number;
  /** True for the replica that `npm run replica` keeps up: others find it by its record. */
  readonly keep: boolean;
  /** True for one that outlives who started it. */
  readonly detached: boolean;
}

function tell(event: ReplicaEvent): void {
  if (process.connected) process.send?.(event);
}

async function main({ home, state, timeScale, keep, detached }: Orders): Promise<void> {
  const replica = await startEmbeddedReplica({ state, timeScale, cacheDirectory, progress: (step) => tell({ type: 'progress', step }) });
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await replica[Symbol.asyncDispose]();
    if (keep) await forgetReplica(home);
    process.exit(0);
  };
  process.on('SIGTERM', end);
  if (!detached) process.on('disconnect', end);
  const kubeconfig = join(home, 'kubeconfig');
  await writeWhole(kubeconfig, replica.kubeconfig);
  if (keep) await recordReplica({ pid: process.pid, state, startedAt: new Date().toISOString(), kubeconfig }, home);
  tell({ type: 'serving', kubeconfig });
}

// Ctrl-C reaches the whole process group; the process that started this one decides when it ends.
process.on('SIGINT', () => {});
process.once('message', (orders: Orders) => {
  main(orders).catch((error: unknown) => {
    tell({ type: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  });
});
