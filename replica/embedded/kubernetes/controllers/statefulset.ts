import type { V1PersistentVolumeClaim, V1PodTemplateSpec, V1StatefulSetSpec, V1Volume } from '@kubernetes/client-node';
import { templateHash } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { nonZero } from './conditions.ts';
import { type Again, type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { claim, controllerReference } from './ownership.ts';
import { availability, isOver, isReady, podFromTemplate } from './pods.ts';

const revisionLabel = 'controller-revision-hash';
const component = 'statefulset-controller';

/** Keeps the numbered pods of a StatefulSet, each with the claims that are its own. */
export function statefulSetController(context: ControllerContext): Controller {
  return {
    name: 'statefulset',
    watches: [own(refs.statefulSets), owned(refs.pods, 'StatefulSet')],
    reconcile: (key) => reconcile(context, key),
  };
}

function reconcile(context: ControllerContext, { namespace, name }: Key): Again | undefined {
  const { store, now } = context;
  const set = store.get(refs.statefulSets, namespace, name);
  if (!set) return undefined;
  const spec = set.spec as unknown as V1StatefulSetSpec;
  const revision = `${name}-${templateHash(spec.template)}`;
  if (set.metadata.deletionTimestamp === undefined) {
    const number = keepRevision(context, set, revision);
    if (number !== undefined) act(context, set, revision);
  }
  const pods = claim(store, set, refs.pods).filter((pod) => !isOver(pod));
  const { available, again } = availability(pods, spec.minReadySeconds ?? 0, now());
  const updated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
  store.change(refs.statefulSets, namespace, name, (object) => {
    const before = String(object.status?.currentRevision ?? revision);
    const isComplete = updated === pods.length && pods.length === (spec.replicas ?? 1) && pods.every(isReady);
    const currentRevision = isComplete ? revision : before;
    const current = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === currentRevision).length;
    object.status = {
      observedGeneration: object.metadata.generation,
      replicas: pods.length,
      ...nonZero({ readyReplicas: pods.filter(isReady).length, currentReplicas: current, updatedReplicas: updated }),
      availableReplicas: available,
      currentRevision,
      updateRevision: revision,
      collisionCount: 0,
    };
  });
  return again;
}

/** The template as it was rolled out, by number. Undefined when it could not be written down. */
function keepRevision({ store }: ControllerContext, set: KubeObject, name: string): number | undefined {
  const { namespace = 'default', uid } = set.metadata;
  const mine = store
    .list(refs.controllerRevisions, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
  const newest = Math.max(0, ...mine.map(({ revision }) => Number(revision)));
  const known = mine.find(({ metadata }) => metadata.name === name);
  if (known && Number(known.revision) === newest) return newest;
  const revision = newest + 1;
  if (known) {
    store.change(refs.controllerRevisions, namespace, name, (object) => {
      object.revision = revision;
    });
    return revision;
  }
  const template = set.spec?.template as V1PodTemplateSpec;
  try {
    store.create(refs.controllerRevisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata?.labels, 'controller.kubernetes.io/hash': name },
        ownerReferences: [controllerReference(set)],
      },
      data: { spec: { template: { ...template, $patch: 'replace' } } },
      revision,
    });
    return revision;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return undefined;
  }
}

/** One step: what must be made or replaced first, in order unless the set says that order does not matter. */
function act(context: ControllerContext, set: KubeObject, revision: string): void {
  const { store } = context;
  const spec = set.spec as unknown as V1StatefulSetSpec;
  const inOrder = spec.podManagementPolicy !== 'Parallel';
  const wanted = spec.replicas ?? 1;
  const pods = new Map(claim(store, set, refs.pods).map((pod) => [ordinalOf(pod), pod]));
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (!pod) {
      if (!createPod(context, set, ordinal, revision)) return;
      if (inOrder) return;
    } else if (isOver(pod) && pod.metadata.deletionTimestamp === undefined) {
      // A pod that ended is made anew under the same name.
      deletePod(context, set, pod);
      if (inOrder) return;
    } else if (inOrder && (!isReady(pod) || pod.metadata.deletionTimestamp !== undefined)) return;
  }
  const surplus = [...pods].filter(([ordinal]) => ordinal >= wanted).sort(([a], [b]) => b - a);
  for (const [, pod] of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) deletePod(context, set, pod);
    if (inOrder) return;
  }
  if (spec.updateStrategy?.type !== 'OnDelete') update(context, set, pods, revision);
}

/** Replaces the highest pod that has an older template, when all others are ready. */
function update(
  context: ControllerContext,
  set: KubeObject,
  pods: ReadonlyMap<number, KubeObject>,
  revision: string,
): void {
  const spec = set.spec as unknown as V1StatefulSetSpec;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = (spec.replicas ?? 1) - 1; ordinal >= partition; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
    if (pod.metadata.labels?.[revisionLabel] !== revision) {
      deletePod(context, set, pod);
      return;
    }
    if (!isReady(pod)) return;
  }
}

function ordinalOf({ metadata }: KubeObject): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
}

function createPod({ store, events }: ControllerContext, set: KubeObject, ordinal: number, revision: string): boolean {
  const spec = set.spec as unknown as V1StatefulSetSpec;
  const name = `${set.metadata.name}-${ordinal}`;
  const { namespace = 'default' } = set.metadata;
  try {
    const claims = (spec.volumeClaimTemplates ?? []).map((template) => keepClaim(store, set, template, name));
    const pod = podFromTemplate(set, spec.template, { name, generateName: `${set.metadata.name}-` });
    pod.metadata.labels = {
      ...pod.metadata.labels,
      'apps.kubernetes.io/pod-index': String(ordinal),
      [revisionLabel]: revision,
      'statefulset.kubernetes.io/pod-name': name,
    };
    const volumes = (pod.spec?.volumes ?? []) as V1Volume[];
    const others = volumes.filter((volume) => !claims.some((each) => each.name === volume.name));
    pod.spec = {
      ...pod.spec,
      hostname: name,
      ...(spec.serviceName ? { subdomain: spec.serviceName } : {}),
      volumes: [...claims, ...others],
    };
    store.create(refs.pods, pod);
    events.record(
      set,
      'Normal',
      'SuccessfulCreate',
      `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
      component,
    );
    return true;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const words = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
    // In a namespace that is being deleted nobody reads it.
    if (store.get(refs.namespaces, undefined, namespace))
      events.record(set, 'Warning', 'FailedCreate', words, component);
    return false;
  }
}

/** The claim of one pod, made when it is not there: it outlives the pod, and usually the set. */
function keepClaim(
  store: ControllerContext['store'],
  set: KubeObject,
  template: V1PersistentVolumeClaim,
  pod: string,
): V1Volume & { name: string } {
  const { namespace = 'default' } = set.metadata;
  const volume = template.metadata?.name ?? '';
  const claimName = `${volume}-${pod}`;
  if (!store.get(refs.claims, namespace, claimName)) {
    const labels = { ...template.metadata?.labels, ...(set.spec as unknown as V1StatefulSetSpec).selector.matchLabels };
    store.create(refs.claims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName, namespace, labels },
      spec: template.spec as unknown as Record<string, unknown>,
    });
  }
  return { name: volume, persistentVolumeClaim: { claimName } };
}

function deletePod({ store, events }: ControllerContext, set: KubeObject, { metadata }: KubeObject): void {
  store.delete(refs.pods, metadata.namespace, metadata.name);
  events.record(
    set,
    'Normal',
    'SuccessfulDelete',
    `delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`,
    component,
  );
}
