import type { KubeObject, ObjectStore } from '../kubernetes/object.ts';
import { applyMerge } from '../kubernetes/patch/apply.ts';
import { type ResourceType, resourceOf, resourceTypes } from '../kubernetes/resources.ts';
import { StatusError } from '../kubernetes/status.ts';

/** One object that a Kustomization applied, as it stands in status.inventory. */
export interface InventoryEntry {
  /** `NAMESPACE_NAME_GROUP_KIND`. */
  readonly id: string;
  /** Version of the API. */
  readonly v: string;
}

/** Whose objects they are. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

const domain = 'kustomize.toolkit.fluxcd.io';

/** What Flux writes on each object that it applies. */
export function ownerLabels({ namespace, name }: Owner): Record<string, string> {
  return { [`${domain}/name`]: name, [`${domain}/namespace`]: namespace };
}

export function inventoryEntry(object: KubeObject): InventoryEntry {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const { namespace = '', name } = object.metadata;
  return { id: `${namespace}_${name.replaceAll(':', '__')}_${group}_${object.kind}`, v: version ?? '' };
}

/** Namespaces before what lies in them. */
export function inOrder(objects: readonly KubeObject[]): KubeObject[] {
  const rank = ({ kind }: KubeObject) => (kind === 'Namespace' ? 0 : 1);
  return [...objects].sort((a, b) => rank(a) - rank(b));
}

/**
 * Applies objects as kustomize-controller does, by server-side apply: what a manifest says is so afterwards, what it
 * leaves out stays as it is. Returns those that it created or changed, in words. Throws StatusError for one that the API
 * refuses, saying which; what stood before it is applied.
 */
export function applyObjects(store: ObjectStore, objects: readonly KubeObject[], owner: Owner): string[] {
  return inOrder(objects).flatMap((object) => {
    const type = resourceOf(object);
    const words = subject(object);
    if (!type) throw new StatusError(404, 'NotFound', `${words} dry-run failed: no matches for kind "${object.kind}"`);
    const { metadata } = object;
    const present = store.get(type, metadata.namespace, metadata.name);
    if (isDisabled(object) || (present && isDisabled(present))) return [];
    const wanted = { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...ownerLabels(owner) } } };
    try {
      if (!present) {
        store.create(type, wanted);
        return [`${words} created`];
      }
      const { resourceVersion: _, ...rest } = present.metadata;
      const merged = applyMerge({ ...present, metadata: rest }, wanted) as KubeObject;
      const written = store.update(type, merged);
      return written === present ? [] : [`${words} configured`];
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const { code, reason, message, details } = error;
      throw new StatusError(code, reason, `${words} dry-run failed (${reason}): ${message}`, details);
    }
  });
}

/** Deletes what an inventory names, unless it belongs to another by now or is marked to stay. Returns what it deleted, in words. */
export function prune(store: ObjectStore, entries: readonly InventoryEntry[], owner: Owner): string[] {
  return [...entries].reverse().flatMap((entry) => {
    const found = inventoried(store, entry);
    if (!found) return [];
    const { type, object } = found;
    const { labels = {}, annotations = {}, deletionTimestamp, namespace, name } = object.metadata;
    const isOwn = Object.entries(ownerLabels(owner)).every(([label, value]) => labels[label] === value);
    if (!isOwn || isDisabled(object) || annotations[`${domain}/prune`] === 'disabled' || deletionTimestamp) return [];
    store.delete(type, namespace, name);
    return [`${subject(object)} deleted`];
  });
}

/** The object that an entry of an inventory names, if it is there. */
export function inventoried(
  store: ObjectStore,
  { id }: InventoryEntry,
): { readonly type: ResourceType; readonly object: KubeObject } | undefined {
  const [namespace, name = '', group, kind] = id.split('_');
  const type = resourceTypes.find((each) => each.group === group && each.kind === kind);
  const object = type && store.get(type, namespace === '' ? undefined : namespace, name.replaceAll('__', ':'));
  return type && object ? { type, object } : undefined;
}

/** `Deployment/mqtt-input/mqtt-input`, as Flux names an object. */
export function subject({ kind, metadata: { namespace, name } }: KubeObject): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

/** Flux leaves alone what says so of itself, in Git or in the cluster. */
function isDisabled({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[`${domain}/reconcile`] === 'disabled';
}
