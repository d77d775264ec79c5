import type { KubeObject, ObjectStore, OwnerReference, ResourceRef } from '../object.ts';
import { type LabelSelector, selects } from '../selectors.ts';

/** The reference by which an object says that another controls it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}

/** The uid of what controls an object. */
function controllerOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find((each) => each.controller)?.uid;
}

/**
 * What an owner controls of a resource, after taking in what its selector selects and nobody controls, and letting go of
 * what it no longer selects.
 */
export function claim(store: ObjectStore, owner: KubeObject, ref: ResourceRef): KubeObject[] {
  const { uid, namespace } = owner.metadata;
  const selector = (owner.spec?.selector ?? {}) as LabelSelector;
  const mine: KubeObject[] = [];
  for (const object of store.list(ref, namespace)) {
    const controller = controllerOf(object);
    const selected = selects(selector, object.metadata.labels);
    if (controller === uid && selected) mine.push(object);
    else if (controller === uid) release(store, ref, object, uid);
    else if (
      controller === undefined &&
      selected &&
      object.metadata.deletionTimestamp === undefined &&
      owner.metadata.deletionTimestamp === undefined
    ) {
      const adopted = adopt(store, ref, object, owner);
      if (adopted) mine.push(adopted);
    }
  }
  return mine;
}

function adopt(
  store: ObjectStore,
  ref: ResourceRef,
  { metadata }: KubeObject,
  owner: KubeObject,
): KubeObject | undefined {
  return store.change(ref, metadata.namespace, metadata.name, (object) => {
    object.metadata.ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
  });
}

function release(store: ObjectStore, ref: ResourceRef, { metadata }: KubeObject, uid: string | undefined): void {
  store.change(ref, metadata.namespace, metadata.name, (object) => {
    const rest = (object.metadata.ownerReferences ?? []).filter((each) => each.uid !== uid);
    if (rest.length > 0) object.metadata.ownerReferences = rest;
    else delete object.metadata.ownerReferences;
  });
}
