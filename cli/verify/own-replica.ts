import type { ReplicaState } from '../../replica/home.ts';
import type { Phase } from '../phases.ts';
import type { ChosenTarget } from './target.ts';

/** A target that is there while this is held. */
export interface HeldTarget extends AsyncDisposable {
  readonly target: ChosenTarget;
}

/**
 * A live target as it is, a replica on a real cluster as that says of itself; for an embedded one without a kubeconfig of
 * its own, a replica that runs or else one that is started here and ends with the disposal. Throws when it does not start, or
 * the abort reason of `signal`.
 */
export async function holdTarget(
  target: ChosenTarget,
  phase: Pick<Phase, 'replicaState' | 'readsLedger' | 'readsBackup'>,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<HeldTarget> {
  const { kind } = target.config;
  if (kind === 'scratch' || kind === 'k3d') {
    const { clusterReplica } = await import('./cluster-replica.ts');
    return { target: await clusterReplica(target, signal), async [Symbol.asyncDispose]() {} };
  }
  if (kind !== 'embedded') return { target, async [Symbol.asyncDispose]() {} };
  const held = await holdReplica(target, phase.replicaState, progress, signal);
  const { kubeconfig } = held.target.config;
  if (!phase.readsLedger || kubeconfig === undefined) return held;
  progress('writing the ledger of its past');
  const { callReplicaAt } = await import('../../replica/control.ts');
  await callReplicaAt(kubeconfig, 'PUT', 'ledger');
  if (!phase.readsBackup) return held;
  progress('taking the backup of the old database');
  await callReplicaAt(kubeconfig, 'PUT', 'backup');
  return held;
}

async function holdReplica(
  target: ChosenTarget,
  state: ReplicaState,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<HeldTarget> {
  if (target.config.kubeconfig !== undefined) return { target, async [Symbol.asyncDispose]() {} };
  const { ensureReplica } = await import('../../replica/lifecycle.ts');
  try {
    const replica = await ensureReplica({ state, timeScale: target.config.timeScale, progress, signal });
    return {
      target: { ...target, config: { ...target.config, kubeconfig: replica.kubeconfig } },
      [Symbol.asyncDispose]: () => replica.stop(),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
