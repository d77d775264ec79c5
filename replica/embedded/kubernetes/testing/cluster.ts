import { startControllers } from '../controllers/start.ts';
import type { KubeObject, ObjectStore, ResourceRef } from '../object.ts';
import { resourceOf } from '../resources.ts';
import { apiTime, createObjectStore, type KubeStore } from '../store.ts';

export const refs = {
  pods: { group: '', resource: 'pods' },
  namespaces: { group: '', resource: 'namespaces' },
  nodes: { group: '', resource: 'nodes' },
  services: { group: '', resource: 'services' },
  configMaps: { group: '', resource: 'configmaps' },
  claims: { group: '', resource: 'persistentvolumeclaims' },
  volumes: { group: '', resource: 'persistentvolumes' },
  endpointSlices: { group: 'discovery.k8s.io', resource: 'endpointslices' },
  deployments: { group: 'apps', resource: 'deployments' },
  replicaSets: { group: 'apps', resource: 'replicasets' },
  statefulSets: { group: 'apps', resource: 'statefulsets' },
  jobs: { group: 'batch', resource: 'jobs' },
  cronJobs: { group: 'batch', resource: 'cronjobs' },
} as const satisfies Record<string, ResourceRef>;

/** A store with a namespace `x`, and a node. */
export function storeWithNamespace(options: { now?: () => Date; remembered?: number } = {}): KubeStore {
  const store = createObjectStore({ now: () => new Date(), ...options });
  store.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
  store.create(refs.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' }, spec: {}, status: {} });
  return store;
}

/** What a kubelet does to pods as the API sees it: they are ready at once, and gone when deleted. */
class StubKubelet implements Disposable {
  /** How each pod fares; Running by default. */
  fate: (pod: KubeObject) => 'Running' | 'Succeeded' | 'Failed' | 'Pending' = () => 'Running';
  readonly #store: ObjectStore;
  readonly #watch: Disposable;
  readonly #now: () => Date;
  #addresses = 1;

  constructor(store: ObjectStore, now: () => Date = () => new Date()) {
    this.#store = store;
    this.#now = now;
    this.#watch = store.watch(refs.pods, ({ type, object }) => {
      if (type !== 'DELETED') this.#see(object);
    });
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  /** Lets a pod fare anew. */
  touch(namespace: string, name: string): void {
    const pod = this.#store.get(refs.pods, namespace, name);
    if (pod) this.#see(pod, true);
  }

  #see({ metadata, spec, status }: KubeObject, again = false): void {
    if (metadata.deletionTimestamp !== undefined) {
      this.#store.delete(refs.pods, metadata.namespace, metadata.name, { gracePeriodSeconds: 0 });
      return;
    }
    if (spec?.nodeName === undefined || (status?.podIP !== undefined && !again)) return;
    this.#store.change(refs.pods, metadata.namespace, metadata.name, (pod) => {
      const phase = this.fate(pod);
      const isReady = phase === 'Running' ? 'True' : 'False';
      const time = apiTime(this.#now());
      const ended = { exitCode: phase === 'Failed' ? 1 : 0, reason: 'Completed', startedAt: time, finishedAt: time };
      this.#addresses += 1;
      pod.status = {
        ...pod.status,
        phase,
        podIP: pod.status?.podIP ?? `10.42.0.${this.#addresses}`,
        conditions: [{ type: 'Ready', status: isReady, lastTransitionTime: time }],
        containerStatuses: ((spec.containers ?? []) as { name: string; image: string }[]).map(({ name, image }) => ({
          name,
          image,
          ready: isReady === 'True',
          restartCount: 0,
          state:
            phase === 'Running'
              ? { running: { startedAt: time } }
              : phase === 'Pending'
                ? { waiting: { reason: 'ContainerCreating' } }
                : { terminated: ended },
        })),
      };
    });
  }
}

export interface TestCluster extends Disposable {
  readonly store: KubeStore;
  readonly kubelet: StubKubelet;
}

/** Controllers and a kubelet at work on a store. */
export function startCluster(options: { now?: () => Date; timeScale?: number } = {}): TestCluster {
  const now = options.now ?? (() => new Date());
  const store = storeWithNamespace({ now });
  const held = new DisposableStack();
  const kubelet = held.use(new StubKubelet(store, now));
  held.use(startControllers(store, { now, timeScale: options.timeScale ?? 1 }));
  return { store, kubelet, [Symbol.dispose]: () => held.dispose() };
}

/** Puts objects into a store as `kubectl create` would. */
export function put(store: ObjectStore, ...objects: KubeObject[]): void {
  for (const object of objects) {
    const type = resourceOf(object);
    if (!type) throw new Error(`no resource for ${object.kind}`);
    store.create(type, object);
  }
}

/** Resolves with what `look` sees as soon as it sees something, looking at each change of a resource. The test's own time limit ends it. */
export function when<T>(store: ObjectStore, ref: ResourceRef, look: () => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const watching = new DisposableStack();
    const check = () => {
      try {
        const seen = look();
        if (seen === undefined || seen === false) return;
        watching.dispose();
        resolve(seen);
      } catch (error) {
        watching.dispose();
        reject(error);
      }
    };
    watching.use(store.watch(ref, check));
    check();
  });
}

export function deployment(name: string, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'x', labels: { app: name } },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec },
  };
}

export function podTemplate(app: string, image = 'image:1'): Record<string, unknown> {
  return {
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 80 }] }] },
  };
}

export function configMap(name: string, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'x' }, data };
}
