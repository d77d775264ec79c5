import type { V1DaemonSetSpec } from '@kubernetes/client-node';
import { templateHash } from '../names.ts';
import { StatusError } from '../status.ts';
import { type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { claim } from './ownership.ts';
import { isActive, isOver, isReady, podFromTemplate } from './pods.ts';

const daemonSets = { group: 'apps', resource: 'daemonsets' };
const hashLabel = 'controller-revision-hash';

/** Keeps one pod of a DaemonSet on the replica's one node, of its present template. */
export function daemonSetController(context: ControllerContext): Controller {
  return {
    name: 'daemonset',
    watches: [own(daemonSets), owned(refs.pods, 'DaemonSet')],
    reconcile: (key) => void reconcile(context, key),
  };
}

function reconcile({ store }: ControllerContext, { namespace, name }: Key): void {
  const set = store.get(daemonSets, namespace, name);
  if (!set) return;
  const { template } = set.spec as unknown as V1DaemonSetSpec;
  const hash = templateHash(template);
  if (set.metadata.deletionTimestamp === undefined) {
    const present = claim(store, set, refs.pods);
    for (const pod of present) {
      if (isOver(pod) || (isActive(pod) && pod.metadata.labels?.[hashLabel] !== hash))
        store.delete(refs.pods, namespace, pod.metadata.name);
    }
    if (claim(store, set, refs.pods).length === 0) {
      const pod = podFromTemplate(set, template, { generateName: `${name}-` });
      pod.metadata.labels = { ...pod.metadata.labels, [hashLabel]: hash };
      try {
        store.create(refs.pods, pod);
      } catch (error) {
        // A namespace that is being deleted takes no pods.
        if (!(error instanceof StatusError)) throw error;
      }
    }
  }
  const pods = claim(store, set, refs.pods).filter(isActive);
  const ready = pods.filter(isReady).length;
  store.change(daemonSets, namespace, name, (object) => {
    object.status = {
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: 1,
      numberAvailable: ready,
      numberMisscheduled: 0,
      numberReady: ready,
      observedGeneration: object.metadata.generation,
      updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.[hashLabel] === hash).length,
    };
  });
}
