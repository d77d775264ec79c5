import type { KubeObject } from '../../kubernetes/object.ts';
import { createObjectStore, type KubeStore } from '../../kubernetes/store.ts';
import { nodeName } from '../node-object.ts';
import { type Pod, pods } from '../pod.ts';

/** A store with one namespace, `ns`. */
export function emptyStore(): KubeStore {
  const store = createObjectStore({ now: () => new Date() });
  store.create(
    { group: '', resource: 'namespaces' },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } },
  );
  return store;
}

/** Resolves with the pod as soon as the condition holds; the test's own time-out bounds it. */
export function podWhen(store: KubeStore, name: string, holds: (pod: Pod) => boolean): Promise<Pod> {
  const { promise, resolve } = Promise.withResolvers<Pod>();
  const watching = store.watch(pods, ({ object }) => {
    if (object.metadata.name === name && holds(object as Pod)) resolve(object as Pod);
  });
  const now = store.get(pods, 'ns', name) as Pod | undefined;
  if (now && holds(now)) resolve(now);
  return promise.finally(() => watching[Symbol.dispose]());
}

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;

/** A pod of one container, `main`, bound to a node. */
export function podOf(
  name: string,
  spec: Record<string, unknown> = {},
  container: Record<string, unknown> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', labels: { app: name } },
    spec: { nodeName, containers: [{ name: 'main', image: 'server:1', ...container }], ...spec },
  };
}
