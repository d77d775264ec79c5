import { resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../../cli/usage-error.ts';
import { recordedClusterReplica, stateWords } from '../../replica/home.ts';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import type { GroundOptions } from './ground.ts';
import { killedScenario } from './journal.ts';

/** A replica that a scenario is played on. */
export interface Place {
  /** Path; its current context is the admin's and called after the kind. */
  readonly kubeconfig: string;
  readonly kind: 'embedded' | 'scratch';
  /** Whether it goes when the scenario's scope ends: then nobody waits for it to be put back. */
  readonly isOwn: boolean;
}

const embedded = 'embedded';

/** The replica that the options name, or else one that is made here and ends with the scope. */
export async function openPlace(
  options: GroundOptions,
  timeScale: number,
  scope: AsyncDisposableStack,
): Promise<Place> {
  if (options.kubeconfig !== undefined) return given(resolve(options.kubeconfig));
  return options.on === undefined
    ? ownReplica(options, timeScale, scope)
    : raisedReplica({ ...options, on: options.on }, timeScale, scope);
}

function given(kubeconfig: string): Place {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (config.getCurrentContext() !== embedded)
    throw new UsageError(
      `${kubeconfig} is not that of an embedded replica, and no other can be put back as it was: --on KUBECONFIG plays on a replica that is raised for it`,
    );
  return { kubeconfig, kind: embedded, isOwn: false };
}

async function ownReplica(
  { state, steps, signal }: GroundOptions,
  timeScale: number,
  scope: AsyncDisposableStack,
): Promise<Place> {
  const own = await steps.take(`a replica that stands ${stateWords(state)}`, () =>
    startOwnReplica({ state, timeScale, byHand: true, progress: () => {}, signal }),
  );
  scope.defer(() => own.stop());
  return { kubeconfig: own.kubeconfig, kind: embedded, isOwn: true };
}

/** On a scratch cluster. What a killed scenario has left there is removed first; a replica of anybody else's is not touched. */
async function raisedReplica(
  { state, on, config, steps, signal }: GroundOptions & { readonly on: string },
  timeScale: number,
  scope: AsyncDisposableStack,
): Promise<Place> {
  const { raiseReplica, removeHalfRaised, removeReplica } = await import('../../replica/cluster/raise.ts');
  const { imagesFromEnvironment } = await import('../../replica/cluster/images.ts');
  // Also of a scenario that was interrupted: the cluster is to be as it was.
  const remove = () => removeReplica({ kubeconfig: on, progress: () => {}, signal: new AbortController().signal });
  const left = await recordedClusterReplica();
  if (left !== undefined) {
    const killed = await killedScenario(left.kubeconfig);
    if (killed === undefined)
      throw new UsageError(`a replica is up on ${left.url}: npm run replica -- --down removes it`);
    await steps.take(`removed the replica that ${killed.scenario} left, which was killed`, remove);
  }
  const images = imagesFromEnvironment(process.env);
  const options = { kind: 'scratch', kubeconfig: on, config, state, images, timeScale, signal } as const;
  return steps.take(`a replica on a real cluster that stands ${stateWords(state)}`, async () => {
    try {
      const replica = await raiseReplica({ ...options, progress: () => {} });
      if (!replica.raised) throw new UsageError('a replica is up there: npm run replica -- --down removes it');
      scope.defer(async () => void (await remove()));
      return { kubeconfig: replica.kubeconfig, kind: 'scratch', isOwn: true } as const;
    } catch (error) {
      if (signal.aborted) await removeHalfRaised(on, options.kind);
      signal.throwIfAborted();
      throw error;
    }
  });
}
