import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ClusterIPs } from './cluster-ips.ts';
import { setDefaults } from './defaults.ts';
import { EventLog, type StoredEvent } from './event-log.ts';
import { randomSuffix } from './names.ts';
import type { KubeObject, ObjectStore, ResourceRef, WatchEvent } from './object.ts';
import { admitPod, rootCaName } from './pod-admission.ts';
import { apiVersion, type ResourceType, resourceType } from './resources.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, noSuchResource, notFound } from './status.ts';
import { validate, validateUpdate } from './validation.ts';

export interface StoreOptions {
  /** The cluster's clock. */
  readonly now: () => Date;
  /** How many changes of each resource a watch can look back on. */
  readonly remembered?: number;
}

interface WriteOptions {
  /** Checks and answers as if it wrote. */
  readonly dryRun?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The store with what the API server needs beyond the controllers' and the kubelet's part. */
export interface KubeStore extends ObjectStore {
  /** Of the newest write. */
  readonly resourceVersion: number;
  create(ref: ResourceRef, object: KubeObject, options?: WriteOptions): KubeObject;
  update(ref: ResourceRef, object: KubeObject, options?: WriteOptions & { status?: boolean }): KubeObject;
  delete(
    ref: ResourceRef,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): KubeObject | undefined;
  /** As watch, from after that resourceVersion. Throws Expired when it is too old. */
  watchSince(ref: ResourceRef, since: number, listener: (event: StoredEvent) => void): Disposable;
}

/** An empty store. What it gives out is frozen: who wants to change an object says so by `change` or `update`. */
export function createObjectStore(options: StoreOptions): KubeStore {
  return new MemoryStore(options);
}

interface Collection {
  readonly type: ResourceType;
  readonly objects: Map<string, KubeObject>;
  readonly log: EventLog;
  readonly listeners: Set<(event: StoredEvent) => void>;
}

/** As kube-apiserver writes a time: to the second. */
export function apiTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

class MemoryStore implements KubeStore {
  readonly #now: () => Date;
  readonly #remembered: number;
  readonly #collections = new Map<string, Collection>();
  readonly #undelivered: (() => void)[] = [];
  readonly #clusterIPs = new ClusterIPs();
  #delivering = false;
  #version = 0;

  constructor({ now, remembered = 1_000 }: StoreOptions) {
    this.#now = now;
    this.#remembered = remembered;
  }

  get resourceVersion(): number {
    return this.#version;
  }

  get(ref: ResourceRef, namespace: string | undefined, name: string): KubeObject | undefined {
    const { type, objects } = this.#collection(ref);
    return objects.get(key(type, namespace, name));
  }

  list(ref: ResourceRef, namespace?: string): readonly KubeObject[] {
    const { objects } = this.#collection(ref);
    const all = [...objects.values()];
    const chosen = namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    return chosen.sort(
      (a, b) =>
        compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
    );
  }

  create(ref: ResourceRef, given: KubeObject, options: WriteOptions = {}): KubeObject {
    const collection = this.#collection(ref);
    const { type, objects } = collection;
    const object = structuredClone(given);
    this.#admitNew(type, object);
    const place = key(type, object.metadata.namespace, object.metadata.name);
    if (objects.has(place)) throw alreadyExists(type, object.metadata.name);
    if (type.group === '' && type.resource === 'services') this.#clusterIPs.assign(object);
    setDefaults(object);
    validate(type, object);
    if (type.group === '' && type.resource === 'pods') {
      const configMaps = { group: '', resource: 'configmaps' };
      const hasRootCa = this.get(configMaps, object.metadata.namespace, rootCaName) !== undefined;
      admitPod(object, { hasRootCa });
    }
    if (options.dryRun) return object;
    objects.set(place, object);
    this.#commit(collection, 'ADDED', object);
    return object;
  }

  update(ref: ResourceRef, given: KubeObject, options: WriteOptions & { status?: boolean } = {}): KubeObject {
    const collection = this.#collection(ref);
    const { type } = collection;
    const previous = collection.objects.get(key(type, given.metadata.namespace, given.metadata.name));
    if (!previous) throw notFound(type, given.metadata.name);
    const { uid, resourceVersion } = given.metadata;
    if (uid !== undefined && uid !== previous.metadata.uid) {
      throw conflict(
        type,
        given.metadata.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`,
      );
    }
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion)
      throw conflict(type, given.metadata.name);
    const object = structuredClone(
      options.status ? { ...previous, ...pick(given, 'status') } : replaced(type, given, previous),
    );
    if (!options.status) {
      if (type.group === '' && type.resource === 'services') this.#clusterIPs.keep(object, previous);
      setDefaults(object);
      validateUpdate(type, object, previous);
    }
    return this.#replace(collection, previous, object, options);
  }

  change(
    ref: ResourceRef,
    namespace: string | undefined,
    name: string,
    edit: (object: KubeObject) => void,
  ): KubeObject | undefined {
    const collection = this.#collection(ref);
    const previous = collection.objects.get(key(collection.type, namespace, name));
    if (!previous) return undefined;
    const object = structuredClone(previous);
    edit(object);
    if (!isDeepStrictEqual(object.spec, previous.spec)) setDefaults(object);
    return this.#replace(collection, previous, object, {});
  }

  delete(
    ref: ResourceRef,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): KubeObject | undefined {
    const collection = this.#collection(ref);
    const { type } = collection;
    const previous = collection.objects.get(key(type, namespace, name));
    if (!previous) return undefined;
    checkPreconditions(type, previous, options);
    const grace = graceSeconds(type, previous, options.gracePeriodSeconds);
    const object = structuredClone(previous);
    const { metadata } = object;
    const finalizers = new Set(metadata.finalizers);
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan');
    if (finalizers.size > 0) metadata.finalizers = [...finalizers];
    const isSooner = grace < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
    if (metadata.deletionTimestamp === undefined || isSooner) {
      if (metadata.deletionTimestamp === undefined && metadata.generation !== undefined) metadata.generation += 1;
      metadata.deletionTimestamp = apiTime(new Date(this.#now().getTime() + grace * 1000));
      metadata.deletionGracePeriodSeconds = grace;
    }
    if (type.group === '' && type.resource === 'namespaces') object.status = { ...object.status, phase: 'Terminating' };
    return this.#replace(collection, previous, object, options);
  }

  watch(ref: ResourceRef, listener: (event: WatchEvent) => void): Disposable {
    const { listeners } = this.#collection(ref);
    // One listener may be given twice: each stands for itself.
    const own = (event: StoredEvent) => listener(event);
    listeners.add(own);
    return { [Symbol.dispose]: () => void listeners.delete(own) };
  }

  watchSince(ref: ResourceRef, since: number, listener: (event: StoredEvent) => void): Disposable {
    const { log, listeners } = this.#collection(ref);
    for (const event of log.since(since)) listener(event);
    const own = (event: StoredEvent) => listener(event);
    listeners.add(own);
    return { [Symbol.dispose]: () => void listeners.delete(own) };
  }

  #collection(ref: ResourceRef): Collection {
    const name = `${ref.group}/${ref.resource}`;
    const known = this.#collections.get(name);
    if (known) return known;
    const type = resourceType(ref);
    if (!type) throw noSuchResource();
    const made = {
      type,
      objects: new Map(),
      log: new EventLog(this.#remembered),
      listeners: new Set<(event: StoredEvent) => void>(),
    };
    this.#collections.set(name, made);
    return made;
  }

  /** Identity, and a namespace that takes new objects. */
  #admitNew(type: ResourceType, object: KubeObject): void {
    const { metadata } = object;
    object.apiVersion ??= apiVersion(type);
    object.kind ??= type.kind;
    if (object.apiVersion !== apiVersion(type) || object.kind !== type.kind) {
      throw badRequest(`${object.kind} in version "${object.apiVersion}" cannot be handled as a ${type.kind}`);
    }
    if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}${randomSuffix()}`;
    if (!metadata.name) {
      throw invalid(type.group, type.kind, '', [
        { field: 'metadata.name', problem: 'Required value', detail: 'name or generateName is required' },
      ]);
    }
    if (type.namespaced) this.#admitToNamespace(type, object);
    else delete metadata.namespace;
    metadata.uid ??= randomUUID();
    metadata.creationTimestamp ??= apiTime(this.#now());
    if (type.generations) metadata.generation = 1;
  }

  #admitToNamespace(type: ResourceType, { metadata }: KubeObject): void {
    metadata.namespace ??= 'default';
    const namespaces = { group: '', resource: 'namespaces' };
    const namespace = this.get(namespaces, undefined, metadata.namespace);
    if (!namespace) throw notFound(namespaces, metadata.namespace);
    if (namespace.metadata.deletionTimestamp === undefined) return;
    throw forbidden(
      type,
      metadata.name,
      `unable to create new content in namespace ${metadata.namespace} because it is being terminated`,
    );
  }

  #replace(collection: Collection, previous: KubeObject, object: KubeObject, options: WriteOptions): KubeObject {
    const { type, objects } = collection;
    const { metadata } = object;
    const before = previous.metadata;
    metadata.resourceVersion = before.resourceVersion ?? '';
    if (type.generations && !isDeepStrictEqual(withoutMetaAndStatus(object), withoutMetaAndStatus(previous))) {
      metadata.generation = (before.generation ?? 0) + 1;
    }
    const place = key(type, before.namespace, before.name);
    if (isReleased(type, object)) {
      if (!options.dryRun) {
        objects.delete(place);
        this.#commit(collection, 'DELETED', object, previous);
      }
      return object;
    }
    if (isDeepStrictEqual(object, previous)) return previous;
    if (options.dryRun) return object;
    objects.set(place, object);
    this.#commit(collection, 'MODIFIED', object, previous);
    return object;
  }

  #commit({ log, listeners }: Collection, type: WatchEvent['type'], object: KubeObject, previous?: KubeObject): void {
    this.#version += 1;
    const resourceVersion = this.#version;
    object.metadata.resourceVersion = String(resourceVersion);
    deepFreeze(object);
    const event: StoredEvent = { type, object, resourceVersion, ...(previous === undefined ? {} : { previous }) };
    log.add(event);
    for (const listener of listeners) this.#undelivered.push(() => listeners.has(listener) && listener(event));
    this.#deliver();
  }

  /** Events reach every listener in the order of their writes, even those that a listener's own write makes. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let tell = this.#undelivered.shift(); tell; tell = this.#undelivered.shift()) {
        try {
          tell();
        } catch (error) {
          // The writer is not to blame: the error surfaces as the listener's own.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    } finally {
      this.#delivering = false;
    }
  }
}

function key(type: ResourceType, namespace: string | undefined, name: string): string {
  return type.namespaced ? `${namespace ?? 'default'}/${name}` : name;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function pick(object: KubeObject, member: string): Record<string, unknown> {
  return object[member] === undefined ? {} : { [member]: object[member] };
}

/** What a PUT makes of an object: identity and, where it is a subresource, status are the server's. */
function replaced(type: ResourceType, given: KubeObject, previous: KubeObject): KubeObject {
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } =
    previous.metadata;
  const kept = Object.fromEntries(
    Object.entries({
      name,
      namespace,
      uid,
      creationTimestamp,
      generation,
      deletionTimestamp,
      deletionGracePeriodSeconds,
    }).filter(([, value]) => value !== undefined),
  );
  const hasStatus = type.subresources.some((each) => each.name === 'status');
  const { status: _, ...rest } = given;
  const metadata = { ...given.metadata, ...kept } as KubeObject['metadata'];
  return {
    ...(hasStatus ? { ...rest, ...pick(previous, 'status') } : given),
    apiVersion: apiVersion(type),
    kind: type.kind,
    metadata,
  };
}

function withoutMetaAndStatus({ metadata: _, status: __, ...rest }: KubeObject): unknown {
  return rest;
}

function graceSeconds(type: ResourceType, object: KubeObject, asked: number | undefined): number {
  if (type.group !== '' || type.resource !== 'pods') return 0;
  const over = object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed';
  if (over || object.spec?.nodeName === undefined) return 0;
  return asked ?? Number(object.spec.terminationGracePeriodSeconds ?? 30);
}

/** A deleted object goes when nothing holds it any more: no finalizer, and for a pod no grace period. */
function isReleased(type: ResourceType, { metadata, spec }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  const ofSpec = type.group === '' && type.resource === 'namespaces' ? ((spec?.finalizers ?? []) as string[]) : [];
  return (metadata.finalizers ?? []).length === 0 && ofSpec.length === 0;
}

function checkPreconditions(type: ResourceType, { metadata }: KubeObject, { preconditions = {} }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      type,
      metadata.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const words = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(type, metadata.name, words);
  }
}

function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
