import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../object.ts';
import { type ResourceType, resourceTypes } from '../resources.ts';
import type { Controller, ControllerContext, Key } from './controller.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

const stored = resourceTypes.filter(({ verbs, group }) => verbs.includes('watch') && group !== 'events.k8s.io');

/** Deletes what was owned by what is gone. An owner is known by its uid. */
export function garbageCollector(context: ControllerContext): Controller {
  const byUid = (uid: string): Key => ({ namespace: undefined, name: uid });
  const uids = (object: KubeObject) => (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
  return {
    name: 'garbage-collector',
    watches: stored.map((ref) => ({
      ref,
      keys: (object, previous, change) => {
        const owners =
          previous && isDeepStrictEqual(uids(object), uids(previous)) && change === 'MODIFIED' ? [] : uids(object);
        const isEnding =
          change === 'DELETED' || object.metadata.finalizers?.some((each) => each === foreground || each === orphan);
        return [...owners, ...(isEnding ? [object.metadata.uid ?? ''] : [])].map(byUid);
      },
    })),
    reconcile: ({ name }) => void collect(context, name),
  };
}

interface Found {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

function all({ store }: ControllerContext): Found[] {
  return stored.flatMap((type) => store.list(type).map((object) => ({ type, object })));
}

function collect(context: ControllerContext, uid: string): void {
  const { store } = context;
  const objects = all(context);
  const owner = objects.find(({ object }) => object.metadata.uid === uid);
  const dependents = objects.filter(({ object }) => object.metadata.ownerReferences?.some((each) => each.uid === uid));
  if (!owner) {
    const present = new Set(objects.map(({ object }) => object.metadata.uid));
    for (const { type, object } of dependents) {
      const isOrphaned = !object.metadata.ownerReferences?.some((each) => present.has(each.uid));
      if (isOrphaned) store.delete(type, object.metadata.namespace, object.metadata.name);
      else disown(context, { type, object }, uid);
    }
    return;
  }
  const { finalizers = [], deletionTimestamp } = owner.object.metadata;
  if (deletionTimestamp === undefined) return;
  if (finalizers.includes(orphan)) {
    for (const each of dependents) disown(context, each, uid);
    removeFinalizer(context, owner, orphan);
  } else if (finalizers.includes(foreground)) {
    for (const { type, object } of dependents) {
      if (object.metadata.deletionTimestamp === undefined)
        store.delete(type, object.metadata.namespace, object.metadata.name, { propagationPolicy: 'Foreground' });
    }
    const remain = dependents.some(({ type, object }) =>
      store.get(type, object.metadata.namespace, object.metadata.name),
    );
    if (!remain) removeFinalizer(context, owner, foreground);
  }
}

function disown({ store }: ControllerContext, { type, object }: Found, uid: string): void {
  store.change(type, object.metadata.namespace, object.metadata.name, ({ metadata }) => {
    const rest = (metadata.ownerReferences ?? []).filter((each) => each.uid !== uid);
    if (rest.length > 0) metadata.ownerReferences = rest;
    else delete metadata.ownerReferences;
  });
}

function removeFinalizer({ store }: ControllerContext, { type, object }: Found, finalizer: string): void {
  store.change(type, object.metadata.namespace, object.metadata.name, ({ metadata }) => {
    metadata.finalizers = (metadata.finalizers ?? []).filter((each) => each !== finalizer);
  });
}
