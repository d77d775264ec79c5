import { loadMigration } from '../../helpers/config/load.ts';
import { paceOf } from '../../helpers/config/time-scale.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { callReplicaAt } from '../../replica/control.ts';
import { type ReplicaState, stateWords } from '../../replica/home.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import { observeFlows } from './flows.ts';
import { beginJournal, endJournal, unfinishedJournal } from './journal.ts';
import { observeObjects } from './objects.ts';
import { openPlace } from './places.ts';
import { putBack } from './put-back.ts';
import type { StreamFlow } from './record.ts';
import { settledSnapshot } from './settled.ts';
import { gitdirOf, takeSnapshot, type Whole } from './snapshot.ts';
import type { Steps } from './steps.ts';

export interface GroundOptions {
  /** Of the scenario. */
  readonly name: string;
  readonly state: ReplicaState;
  /** Of an embedded replica that runs; one of the scenario's own is started unless given. */
  readonly kubeconfig?: string;
  /** Of a scratch cluster on which one is raised. */
  readonly on?: string;
  /** Path of migration.yaml. */
  readonly config: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** A replica that a scenario is played on. */
export interface Ground extends Whole {
  /**
   * What flowed since it was opened. An embedded one is then put back as it was and compared; one that was made for the
   * scenario goes.
   */
  close(): Promise<StreamFlow[]>;
}

/**
 * Opens a replica to play on. One that a killed scenario has left as it was is put back first.
 * Throws `UsageError` where another scenario is being played on it.
 */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const { name, state, steps, signal } = options;
  await using opened = new AsyncDisposableStack();
  const migration = loadMigration(options.config);
  const timeScale = paceOf(migration, options.on === undefined ? 'embedded' : 'scratch');
  const { kubeconfig, kind, isOwn } = await openPlace(options, timeScale, opened);
  const [replica, cluster] = await Promise.all([
    openFaultTarget({ kubeconfig, context: kind, timeScale, migration, gitdir: gitdirOf(kubeconfig) }),
    connectTarget({ kind, timeScale, kubeconfig, context: kind }, kind, {
      env: process.env,
      connectDeadlineSeconds: 20,
    }),
  ]);
  opened.use(replica);
  opened.defer(() => cluster.close());
  const whole: Whole = { replica, cluster, kind };
  // Of its objects alone: what a killed scenario has stopped cannot be looked at before it is put back.
  const killed = await unfinishedJournal(kubeconfig, await observeObjects(cluster));
  if (killed !== undefined) {
    const words = `put back what ${killed.scenario} left, which was killed`;
    await steps.take(words, () => putBack(whole, killed.before), comparedWords);
    await endJournal(kubeconfig);
  }
  // On a real cluster an image may never come, and nothing is put back.
  const before = killed?.before ?? (await (kind === 'embedded' ? settledSnapshot(whole, signal) : takeSnapshot(whole)));
  // Its past is written when somebody asks for it first: what is planted by then would be part of it.
  if (kind === 'embedded') await callReplicaAt(kubeconfig, 'PUT', 'ledger');
  await beginJournal(kubeconfig, name, before);
  const openedAt = new Date();
  const running = opened.move();
  return {
    ...whole,
    async close() {
      await using _ = running;
      if (isOwn && signal.aborted) return [];
      // What was raised on a real cluster for it is removed with all that was done to it.
      if (kind === 'embedded') {
        const words = `the replica (${stateWords(state)}) is as it was`;
        await steps.take(words, () => putBack(whole, before, isOwn ? signal : undefined), comparedWords);
      }
      const flows = await observeFlows(replica, openedAt);
      await endJournal(kubeconfig);
      return flows;
    },
  };
}

function comparedWords({ compared }: { readonly compared: number }): string {
  return `${compared} objects and row sources, no fault planted`;
}
