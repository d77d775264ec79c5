import { resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { callReplicaAt } from '../../replica/control.ts';
import type { ReplicaState } from '../../replica/home.ts';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import { observeFlows } from './flows.ts';
import { beginJournal, endJournal, unfinishedJournal } from './journal.ts';
import { observeObjects } from './objects.ts';
import { putBack } from './put-back.ts';
import type { StreamFlow } from './record.ts';
import { settledSnapshot } from './settled.ts';
import { gitdirOf, type Whole } from './snapshot.ts';
import type { Steps } from './steps.ts';

const config = resolve(import.meta.dirname, '..', '..', 'migration.yaml');
const timeScale = 30;

export interface GroundOptions {
  /** Of the scenario. */
  readonly name: string;
  readonly state: ReplicaState;
  /** Of a replica that runs; one of the scenario's own is started unless given. */
  readonly kubeconfig?: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** A replica that a scenario is played on. */
export interface Ground extends Whole {
  /** What flowed since it was opened. Then it is put back as it was and compared; one of the scenario's own ends. */
  close(): Promise<StreamFlow[]>;
}

/**
 * Opens a replica to play on. One that a killed scenario has left as it was is put back first.
 * Throws `UsageError` where another scenario is being played on it.
 */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const { name, state, steps, signal } = options;
  await using opened = new AsyncDisposableStack();
  const kubeconfig = resolve(options.kubeconfig ?? (await ownReplica(options, opened)));
  const kind = 'embedded';
  const [replica, cluster] = await Promise.all([
    openFaultTarget({
      kubeconfig,
      context: kind,
      timeScale,
      migration: loadMigration(config),
      gitdir: gitdirOf(kubeconfig),
    }),
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
  const before = killed?.before ?? (await settledSnapshot(whole, signal));
  // Its past is written when somebody asks for it first: what is planted by then would be part of it.
  await callReplicaAt(kubeconfig, 'PUT', 'ledger');
  await beginJournal(kubeconfig, name, before);
  const openedAt = new Date();
  const running = opened.move();
  return {
    ...whole,
    async close() {
      await using _ = running;
      // Nobody waits for a replica of its own to be put back, which ends with it.
      const own = options.kubeconfig === undefined ? signal : undefined;
      if (own?.aborted) return [];
      const words = `the replica (${stateWords(state)}) is as it was`;
      await steps.take(words, () => putBack(whole, before, own), comparedWords);
      const flows = await observeFlows(replica, openedAt);
      await endJournal(kubeconfig);
      return flows;
    },
  };
}

async function ownReplica({ state, steps, signal }: GroundOptions, scope: AsyncDisposableStack): Promise<string> {
  const own = await steps.take(`a replica that stands ${stateWords(state)}`, () =>
    startOwnReplica({ state, timeScale, byHand: true, progress: () => {}, signal }),
  );
  scope.defer(() => own.stop());
  return own.kubeconfig;
}

function comparedWords({ compared }: { readonly compared: number }): string {
  return `${compared} objects and row sources, no fault planted`;
}

/** `before phase 5` */
function stateWords(state: ReplicaState): string {
  return state.replace('-', ' ').replace(/(\d)/, ' $1');
}
