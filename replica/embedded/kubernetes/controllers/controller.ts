import type { KubeObject, ResourceRef, WatchEvent } from '../object.ts';
import type { KubeStore } from '../store.ts';
import type { ControllerEvents } from './controller-events.ts';

/** What every controller works with. */
export interface ControllerContext {
  readonly store: KubeStore;
  readonly now: () => Date;
  /** How much faster than life back-offs and clean-ups run. */
  readonly timeScale: number;
  readonly events: ControllerEvents;
  readonly rootCaPem?: string;
}

/** An object to look at again; cluster-wide ones have no namespace. */
export interface Key {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** When to look again although nothing happens: milliseconds from now. */
export interface Again {
  readonly afterMs: number;
}

/** Brings what it is responsible for into the state that an object asks for, each time something it watches changes. */
export interface Controller {
  readonly name: string;
  readonly watches: readonly Watched[];
  /** Looks at one object as it stands now. It may be gone. */
  reconcile(key: Key): Again | undefined;
}

export interface Watched {
  readonly ref: ResourceRef;
  /** The objects to look at when this one changed, with what it was before. */
  keys(object: KubeObject, previous: KubeObject | undefined, change: WatchEvent['type']): readonly Key[];
}

/** A watch on the controller's own objects. */
export function own(ref: ResourceRef): Watched {
  return { ref, keys: ({ metadata }) => [{ namespace: metadata.namespace, name: metadata.name }] };
}

/** A watch on objects that belong to the controller's own, by their owner references, now or before the change. */
export function owned(ref: ResourceRef, ownerKind: string): Watched {
  const ownersOf = (object: KubeObject | undefined) =>
    (object?.metadata.ownerReferences ?? [])
      .filter(({ kind }) => kind === ownerKind)
      .map(({ name }) => ({ namespace: object?.metadata.namespace, name }));
  return { ref, keys: (object, previous) => [...ownersOf(object), ...ownersOf(previous)] };
}

export const refs = {
  pods: { group: '', resource: 'pods' },
  services: { group: '', resource: 'services' },
  endpoints: { group: '', resource: 'endpoints' },
  events: { group: '', resource: 'events' },
  nodes: { group: '', resource: 'nodes' },
  namespaces: { group: '', resource: 'namespaces' },
  serviceAccounts: { group: '', resource: 'serviceaccounts' },
  claims: { group: '', resource: 'persistentvolumeclaims' },
  volumes: { group: '', resource: 'persistentvolumes' },
  deployments: { group: 'apps', resource: 'deployments' },
  replicaSets: { group: 'apps', resource: 'replicasets' },
  statefulSets: { group: 'apps', resource: 'statefulsets' },
  controllerRevisions: { group: 'apps', resource: 'controllerrevisions' },
  jobs: { group: 'batch', resource: 'jobs' },
  cronJobs: { group: 'batch', resource: 'cronjobs' },
  storageClasses: { group: 'storage.k8s.io', resource: 'storageclasses' },
  endpointSlices: { group: 'discovery.k8s.io', resource: 'endpointslices' },
} as const;
