import { randomUUID } from 'node:crypto';
import type { KubeObject, ObjectStore, ResourceRef, WatchEvent } from '../../kubernetes/object.ts';

/** The least that a node needs of a store. */
export class FakeStore implements ObjectStore {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<{ resource: string; listener: (event: WatchEvent) => void }>();
  #version = 0;

  get(ref: ResourceRef, namespace: string | undefined, name: string) {
    return structuredClone(this.#objects.get(key(ref, namespace, name)));
  }

  list(ref: ResourceRef, namespace?: string) {
    const prefix =
      namespace === undefined ? `${ref.group}/${ref.resource}/` : `${ref.group}/${ref.resource}/${namespace}/`;
    return [...this.#objects].filter(([each]) => each.startsWith(prefix)).map(([, object]) => structuredClone(object));
  }

  create(ref: ResourceRef, object: KubeObject) {
    const stored = structuredClone(object);
    stored.metadata.uid ??= randomUUID();
    stored.metadata.creationTimestamp ??= new Date().toISOString();
    return this.#write('ADDED', ref, stored);
  }

  update(ref: ResourceRef, object: KubeObject) {
    return this.#write('MODIFIED', ref, structuredClone(object));
  }

  change(ref: ResourceRef, namespace: string | undefined, name: string, edit: (object: KubeObject) => void) {
    const object = this.get(ref, namespace, name);
    if (!object) return undefined;
    const before = JSON.stringify(object);
    edit(object);
    return JSON.stringify(object) === before ? object : this.#write('MODIFIED', ref, object);
  }

  delete(ref: ResourceRef, namespace: string | undefined, name: string, options?: { gracePeriodSeconds?: number }) {
    const object = this.get(ref, namespace, name);
    if (!object) return undefined;
    if (ref.resource === 'pods' && options?.gracePeriodSeconds !== 0) {
      object.metadata.deletionTimestamp = new Date().toISOString();
      object.metadata.deletionGracePeriodSeconds = options?.gracePeriodSeconds ?? 30;
      return this.#write('MODIFIED', ref, object);
    }
    this.#objects.delete(key(ref, namespace, name));
    this.#tell(ref, { type: 'DELETED', object });
    return object;
  }

  watch(ref: ResourceRef, listener: (event: WatchEvent) => void): Disposable {
    const entry = { resource: `${ref.group}/${ref.resource}`, listener };
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  #write(type: 'ADDED' | 'MODIFIED', ref: ResourceRef, object: KubeObject): KubeObject {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    this.#objects.set(key(ref, object.metadata.namespace, object.metadata.name), object);
    this.#tell(ref, { type, object: structuredClone(object) });
    return structuredClone(object);
  }

  #tell(ref: ResourceRef, event: WatchEvent): void {
    for (const { resource, listener } of this.#listeners)
      if (resource === `${ref.group}/${ref.resource}`) listener(event);
  }
}

function key(ref: ResourceRef, namespace: string | undefined, name: string): string {
  return `${ref.group}/${ref.resource}/${namespace ?? ''}/${name}`;
}
