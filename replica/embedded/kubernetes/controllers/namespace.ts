import type { KubeObject } from '../object.ts';
import { type ResourceType, resourceTypes } from '../resources.ts';
import { qualified } from '../status.ts';
import { apiTime } from '../store.ts';
import { type Condition, withCondition } from './conditions.ts';
import { type Controller, type ControllerContext, type Key, own, refs } from './controller.ts';

/** Kinds whose objects lie in namespaces and in the store. */
const contentTypes = resourceTypes.filter(
  (type) => type.namespaced && type.group !== 'metrics.k8s.io' && type.group !== 'events.k8s.io',
);

/** Empties a namespace that is deleted, says what it still waits for, and lets it go when nothing is left. */
export function namespaceController(context: ControllerContext): Controller {
  const { store } = context;
  const whenTerminating = ({ metadata }: KubeObject): readonly Key[] => {
    const { namespace = '' } = metadata;
    const isTerminating = store.get(refs.namespaces, undefined, namespace)?.metadata.deletionTimestamp !== undefined;
    return isTerminating ? [{ namespace: undefined, name: namespace }] : [];
  };
  return {
    name: 'namespace',
    watches: [own(refs.namespaces), ...contentTypes.map((ref) => ({ ref, keys: whenTerminating }))],
    reconcile: (key) => void reconcile(context, key),
  };
}

function reconcile({ store, now }: ControllerContext, { name }: Key): void {
  const namespace = store.get(refs.namespaces, undefined, name);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  for (const type of contentTypes) {
    for (const { metadata } of store.list(type, name))
      if (metadata.deletionTimestamp === undefined) store.delete(type, name, metadata.name);
  }
  const left = contentTypes
    .map((type) => ({ type, objects: store.list(type, name) }))
    .filter(({ objects }) => objects.length > 0);
  store.change(refs.namespaces, undefined, name, (object) => {
    if (left.length === 0) {
      object.spec = {
        ...object.spec,
        finalizers: ((object.spec?.finalizers ?? []) as string[]).filter((each) => each !== 'kubernetes'),
      };
    }
    const time = apiTime(now());
    const before = (object.status?.conditions ?? []) as Condition[];
    const conditions = deletionConditions(left).reduce<Condition[]>(
      (all, each) => withCondition(all, each, time),
      [...before],
    );
    object.status = { phase: 'Terminating', conditions };
  });
}

type Left = readonly { readonly type: ResourceType; readonly objects: readonly KubeObject[] }[];

function deletionConditions(left: Left): readonly Condition[] {
  const finalizers = new Map<string, number>();
  for (const { objects } of left) {
    for (const finalizer of objects.flatMap(({ metadata }) => metadata.finalizers ?? []))
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const resources = left.map(({ type, objects }) => `${qualifiedFully(type)} has ${objects.length} resource instances`);
  const holding = [...finalizers].sort().map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const good = (type: string, reason: string, message: string): Condition => ({
    type,
    status: 'False',
    reason,
    message,
  });
  return [
    good('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    good(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    good(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    resources.length === 0
      ? good('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed')
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${resources.join(', ')}`,
        },
    holding.length === 0
      ? good('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished')
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${holding.join(', ')}`,
        },
  ];
}

/** Here a resource of the core group is named with its dot. */
function qualifiedFully(type: ResourceType): string {
  return type.group === '' ? `${type.resource}.` : qualified(type);
}
