/** A Kubernetes object as it stands in the store and on the wire. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [member: string]: unknown;
}

interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  generateName?: string;
  managedFields?: unknown[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** A resource by its plural name as in URLs; the group tells `events` from `events.events.k8s.io`. */
export interface ResourceRef {
  /** '' for the core group, else apps, batch, discovery.k8s.io, kustomize.toolkit.fluxcd.io … */
  readonly group: string;
  readonly resource: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/**
 * All objects of the cluster, in memory, with Kubernetes' rules: resourceVersion grows with every write, generation
 * with every write to spec, an object with finalizers lingers with a deletionTimestamp, a stale resourceVersion conflicts.
 * Errors are thrown as StatusError with the API's reason and code.
 */
export interface ObjectStore {
  get(ref: ResourceRef, namespace: string | undefined, name: string): KubeObject | undefined;
  list(ref: ResourceRef, namespace?: string): readonly KubeObject[];
  create(ref: ResourceRef, object: KubeObject): KubeObject;
  /** Replaces metadata and spec; status is kept unless `status` is true, which replaces nothing but status. */
  update(ref: ResourceRef, object: KubeObject, options?: { status?: boolean }): KubeObject;
  /** Reads, changes in place, writes; the way of controllers and kubelet. Does nothing when the object is gone or unchanged. */
  change(
    ref: ResourceRef,
    namespace: string | undefined,
    name: string,
    edit: (object: KubeObject) => void,
  ): KubeObject | undefined;
  delete(
    ref: ResourceRef,
    namespace: string | undefined,
    name: string,
    options?: { gracePeriodSeconds?: number },
  ): KubeObject | undefined;
  /** Calls the listener for each event from now on, in the order of their writes. */
  watch(ref: ResourceRef, listener: (event: WatchEvent) => void): Disposable;
}
