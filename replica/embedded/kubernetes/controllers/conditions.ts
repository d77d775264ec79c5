import type { KubeObject } from '../object.ts';

/** A condition of an object's status. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  observedGeneration?: number | undefined;
}

export function conditionsOf(object: KubeObject): readonly Condition[] {
  return (object.status?.conditions ?? []) as readonly Condition[];
}

export function condition(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((each) => each.type === type);
}

export function isTrue(object: KubeObject, type: string): boolean {
  return condition(object, type)?.status === 'True';
}

/** The conditions with one set; its transition time moves only when its status does. */
export function withCondition(conditions: readonly Condition[], next: Condition, time: string): Condition[] {
  const known = conditions.find((each) => each.type === next.type);
  const transition = known?.status === next.status ? known.lastTransitionTime : undefined;
  const made = { ...next, lastTransitionTime: transition ?? time };
  return known ? conditions.map((each) => (each === known ? made : each)) : [...conditions, made];
}

/** The members of a status that are not 0: the API leaves the others out. */
export function nonZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}
