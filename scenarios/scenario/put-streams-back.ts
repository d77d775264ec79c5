import { eventually, notYet, seen } from '../../helpers/wait.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { observeStreams, streamKey } from './row-sources.ts';
import type { Snapshot } from './snapshot.ts';

export interface Patience {
  /** Seconds. */
  readonly within: number;
  readonly every: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has each instance of Redpanda Connect whose streams are others than they were start anew: a stream that was changed
 * over HTTP is as its ConfigMap says once its pod is another. Waits for instances that do not answer, since they may have
 * been put back a moment ago. Throws `Unobservable` with the last answer when one does not answer in time.
 */
export async function putStreamsBack(
  replica: Pick<FaultTarget, 'connect' | 'core' | 'migration'>,
  { rowSources }: Pick<Snapshot, 'rowSources'>,
  { signal, ...waiting }: Patience,
): Promise<void> {
  const look = async () => {
    try {
      return seen(new Map(await observeStreams(replica)));
    } catch (error) {
      return notYet(error instanceof Error ? error.message : String(error));
    }
  };
  const what = 'every instance of Redpanda Connect to tell its streams';
  const now = await eventually(look, { for: what, ...waiting, ...(signal === undefined ? {} : { signal }) });
  const names = [...now.keys(), ...Object.keys(rowSources)];
  for (const [instance, { namespace, name }] of Object.entries(replica.migration.new.connect)) {
    const own = names.filter((each) => each.startsWith(streamKey(instance, '')));
    if (own.every((each) => now.get(each) === rowSources[each])) continue;
    await replica.core.deleteCollectionNamespacedPod({ namespace, labelSelector: `app=${name}` });
  }
}
