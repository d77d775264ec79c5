import type { Target } from '../../target/target.ts';
import type { LogEntry, PodState } from '../observed.ts';
import { logEntry } from './entry.ts';
import { kubeletLine } from './kubelet-line.ts';

export interface FollowedEntry extends LogEntry {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Calls `onEntry` with each line that the pods' containers print, from `since` on, until `signal` aborts. Resolves then,
 * or when every container has ended (the run that follows a restart is another log: observe the pods again).
 * Throws `Unobservable` when a log cannot be followed; the others are then given up too.
 */
export async function followLogs(
  { kube }: Pick<Target, 'kube'>,
  pods: readonly PodState[],
  options: { readonly since: Date; readonly signal: AbortSignal },
  onEntry: (entry: FollowedEntry) => void,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const follow = async (pod: PodState, container: string) => {
    const source = { namespace: pod.namespace, pod: pod.name, container };
    for await (const line of kube.log({
      ...source,
      follow: true,
      timestamps: true,
      sinceTime: options.since,
      signal,
    })) {
      const stamped = kubeletLine(line);
      if (stamped !== undefined) onEntry({ ...source, ...logEntry(stamped) });
    }
  };
  const following = pods.flatMap((pod) => pod.containers.map(({ name }) => follow(pod, name)));
  try {
    await Promise.all(following);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    failed.abort();
    await Promise.allSettled(following);
  }
}
