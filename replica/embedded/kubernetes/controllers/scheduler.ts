import type { V1Volume } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { apiTime } from '../store.ts';
import { conditionsOf, withCondition } from './conditions.ts';
import { type Controller, type ControllerContext, type Key, own, refs } from './controller.ts';

/** Binds each new pod to the first node that takes pods, once the claims it names are there. */
export function scheduler(context: ControllerContext): Controller {
  const { store } = context;
  const unbound = () =>
    store
      .list(refs.pods)
      .filter((pod) => pod.spec?.nodeName === undefined)
      .map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
  return {
    name: 'scheduler',
    watches: [own(refs.pods), { ref: refs.nodes, keys: unbound }, { ref: refs.claims, keys: unbound }],
    reconcile: (key) => void schedule(context, key),
  };
}

function schedule({ store, events, now }: ControllerContext, { namespace, name }: Key): void {
  const pod = store.get(refs.pods, namespace, name);
  if (!pod || pod.spec?.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return;
  const nodes = store.list(refs.nodes);
  const node = nodes.find(({ spec }) => !spec?.unschedulable);
  const missing = missingClaim(store, pod);
  if (missing !== undefined || node === undefined) {
    const why =
      missing === undefined
        ? `${nodes.length} node(s) were unschedulable`
        : `persistentvolumeclaim "${missing}" not found`;
    const message = `0/${nodes.length} nodes are available: ${why}.`;
    store.change(refs.pods, namespace, name, (object) => {
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
      object.status = { ...object.status, conditions: withCondition(conditionsOf(object), condition, apiTime(now())) };
    });
    events.record(pod, 'Warning', 'FailedScheduling', message, 'default-scheduler');
    return;
  }
  store.change(refs.pods, namespace, name, (object) => {
    object.spec = { ...object.spec, nodeName: node.metadata.name };
    const condition = { type: 'PodScheduled', status: 'True' } as const;
    object.status = { ...object.status, conditions: withCondition([], condition, apiTime(now())) };
  });
}

function missingClaim(store: ControllerContext['store'], { spec, metadata }: KubeObject): string | undefined {
  const names = ((spec?.volumes ?? []) as V1Volume[]).map((volume) => volume.persistentVolumeClaim?.claimName);
  return names.find((name) => name !== undefined && !store.get(refs.claims, metadata.namespace, name));
}
