import type { KubeObject, ObjectStore } from './kubernetes/object.ts';

const pods = { group: '', resource: 'pods' };
const kinds = [
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
];

/** A program that needs another one that is not there yet may end once or twice. */
const hopelessRestarts = 3;

/**
 * Resolves when every Deployment and StatefulSet has all its replicas ready. Throws naming those that have not, at the
 * deadline, or as soon as a program of theirs has ended again and again.
 */
export function whenReady(store: ObjectStore, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const watching = new DisposableStack();
    const settle = (error?: Error) => {
      watching.dispose();
      if (error) reject(error);
      else resolve();
    };
    const look = () => {
      const names = unready(store);
      if (names.length === 0) settle();
      else if (store.list(pods).some(isHopeless))
        settle(new Error(`a program ends again and again: ${names.join('; ')}`));
    };
    const deadline = setTimeout(
      () => settle(new Error(`not ready after ${withinMs / 1000} s: ${unready(store).join('; ')}`)),
      withinMs,
    );
    watching.defer(() => clearTimeout(deadline));
    for (const kind of [...kinds, pods]) watching.use(store.watch(kind, look));
    look();
  });
}

function unready(store: ObjectStore): string[] {
  return kinds
    .flatMap((kind) => store.list(kind))
    .filter(({ spec, status }) => Number(status?.readyReplicas ?? 0) !== Number(spec?.replicas ?? 1))
    .map(
      ({ kind, metadata }) =>
        `${kind} ${metadata.namespace}/${metadata.name}${why(store, metadata.namespace, metadata.name)}`,
    );
}

function why(store: ObjectStore, namespace: string | undefined, name: string): string {
  const mine = store.list(pods, namespace).filter((pod) => pod.metadata.name.startsWith(name));
  const reasons = mine.flatMap((pod) => waiting(pod));
  return reasons.length > 0 ? ` (${reasons.join(', ')})` : mine.length === 0 ? ' (no pod)' : '';
}

function isHopeless({ status }: KubeObject): boolean {
  const containers = (status?.containerStatuses ?? []) as { restartCount?: number }[];
  return containers.some(({ restartCount = 0 }) => restartCount >= hopelessRestarts);
}

function waiting({ status }: KubeObject): string[] {
  const containers = (status?.containerStatuses ?? []) as {
    state?: { waiting?: { reason?: string }; terminated?: { exitCode?: number } };
  }[];
  return containers.flatMap(({ state }) => {
    if (state?.waiting?.reason) return [state.waiting.reason];
    return state?.terminated ? [`exit code ${state.terminated.exitCode}`] : [];
  });
}
