import type { ReplicaState } from '../../replica/home.ts';
import type { MadeOnRequest, Phase } from '../phases.ts';
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
  phase: Pick<Phase, 'replicaState' | 'reads'>,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<HeldTarget> {
  const { kind } = target.config;
  if (kind === 'scratch' || kind === 'k3d') {
    const { clusterReplica } = await import('./cluster-replica.ts');
    return { target: await clusterReplica(target, signal), async [Symbol.asyncDispose]() {} };
  }
  if (kind !== 'embedded') return { target, async [Symbol.asyncDispose]() {} };
  // A replica that cannot make what is read does not outlive the error.
  await using started = new AsyncDisposableStack();
  const held = started.use(await holdReplica(target, phase.replicaState, progress, signal));
  for (const made of phase.reads) {
    progress(making[made]);
    const { callReplicaAt } = await import('../../replica/control.ts');
    await callReplicaAt(held.kubeconfig, 'PUT', made);
  }
  started.move();
  return held;
}

const making: Readonly<Record<MadeOnRequest, string>> = {
  ledger: 'writing the ledger of its past',
  backup: 'taking the backup of the old database',
};

async function holdReplica(
  target: ChosenTarget,
  state: ReplicaState,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<HeldTarget & { readonly kubeconfig: string }> {
  const { kubeconfig } = target.config;
  if (kubeconfig !== undefined) return { target, kubeconfig, async [Symbol.asyncDispose]() {} };
  const { ensureReplica } = await import('../../replica/lifecycle.ts');
  try {
    const replica = await ensureReplica({ state, timeScale: target.config.timeScale, progress, signal });
    return {
      target: { ...target, config: { ...target.config, kubeconfig: replica.kubeconfig } },
      kubeconfig: replica.kubeconfig,
      [Symbol.asyncDispose]: () => replica.stop(),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
