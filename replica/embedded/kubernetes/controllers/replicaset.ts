import type { V1ReplicaSetSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { nonZero } from './conditions.ts';
import { type Again, type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { claim } from './ownership.ts';
import { availability, isActive, isReady, podFromTemplate } from './pods.ts';

/** Keeps as many pods of a ReplicaSet as it asks for. */
export function replicaSetController(context: ControllerContext): Controller {
  return {
    name: 'replicaset',
    watches: [own(refs.replicaSets), owned(refs.pods, 'ReplicaSet')],
    reconcile: (key) => reconcile(context, key),
  };
}

function reconcile(context: ControllerContext, { namespace, name }: Key): Again | undefined {
  const { store, now } = context;
  const set = store.get(refs.replicaSets, namespace, name);
  if (!set) return undefined;
  const { replicas: wanted = 1, minReadySeconds = 0, template } = set.spec as unknown as V1ReplicaSetSpec;
  const before = claim(store, set, refs.pods).filter(isActive);
  if (set.metadata.deletionTimestamp === undefined) {
    for (let missing = wanted - before.length; missing > 0; missing -= 1) if (!createPod(context, set, template)) break;
    for (const pod of before.sort(firstToGo).slice(0, Math.max(0, before.length - wanted)))
      deletePod(context, set, pod);
  }
  const pods = claim(store, set, refs.pods).filter(isActive);
  const { available, again } = availability(pods, minReadySeconds, now());
  store.change(refs.replicaSets, namespace, name, (object) => {
    object.status = {
      replicas: pods.length,
      ...nonZero({
        fullyLabeledReplicas: pods.length,
        readyReplicas: pods.filter(isReady).length,
        availableReplicas: available,
      }),
      observedGeneration: set.metadata.generation,
    };
  });
  return again;
}

function createPod({ store, events }: ControllerContext, set: KubeObject, template: unknown): boolean {
  try {
    const pod = store.create(refs.pods, podFromTemplate(set, template, { generateName: `${set.metadata.name}-` }));
    events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, 'replicaset-controller');
    return true;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    events.record(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, 'replicaset-controller');
    return false;
  }
}

function deletePod({ store, events }: ControllerContext, set: KubeObject, { metadata }: KubeObject): void {
  store.delete(refs.pods, metadata.namespace, metadata.name);
  events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`, 'replicaset-controller');
}

/** Pods without a node go first, then those that are not ready, then the youngest. */
function firstToGo(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject) => (pod.spec?.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  const age = (pod: KubeObject) => Date.parse(pod.metadata.creationTimestamp ?? '');
  return rank(a) - rank(b) || age(b) - age(a);
}
