import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { condition, isTrue } from './conditions.ts';
import type { Again } from './controller.ts';
import { controllerReference } from './ownership.ts';

/** A pod as a template describes it, controlled by its owner. */
export function podFromTemplate(
  owner: KubeObject,
  template: unknown,
  name: { name?: string; generateName: string },
): KubeObject {
  const { metadata = {}, spec } = template as V1PodTemplateSpec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      ...name,
      namespace: owner.metadata.namespace ?? 'default',
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: spec as unknown as Record<string, unknown>,
  };
}

/** Neither over nor on its way out. */
export function isActive(pod: KubeObject): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isOver({ status }: KubeObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

export function isReady(pod: KubeObject): boolean {
  return isTrue(pod, 'Ready');
}

/** How long until a ready pod counts as available; 0 when it does. Undefined for one that is not ready. */
function availableInMs(pod: KubeObject, minReadySeconds: number, now: Date): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = Date.parse(condition(pod, 'Ready')?.lastTransitionTime ?? '');
  return Math.max(0, since + minReadySeconds * 1000 - now.getTime()) || 0;
}

/** How many pods have been ready for long enough, and when to look again for those that have not. */
export function availability(
  pods: readonly KubeObject[],
  minReadySeconds: number,
  now: Date,
): { available: number; again: Again | undefined } {
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, now)).filter((wait) => wait !== undefined);
  const pending = waits.filter((wait) => wait > 0);
  return {
    available: waits.length - pending.length,
    again: pending.length > 0 ? { afterMs: Math.min(...pending) } : undefined,
  };
}

/** When the last of these pods became ready: a replica that is made with a past has it from its pods. */
export function readySince(pods: readonly KubeObject[]): string | undefined {
  const times = pods
    .map((pod) => (isReady(pod) ? condition(pod, 'Ready')?.lastTransitionTime : undefined))
    .filter((time) => time !== undefined);
  return times.sort().at(-1);
}
