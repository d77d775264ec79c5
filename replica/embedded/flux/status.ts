import { type Condition, conditionsOf, withCondition } from '../kubernetes/controllers/conditions.ts';
import type { KubeObject, ObjectStore, ResourceRef } from '../kubernetes/object.ts';
import { apiTime } from '../kubernetes/store.ts';
import { requestedAt } from './loop.ts';

export interface StatusChange {
  /** Conditions set; one given as undefined is taken away. */
  readonly conditions: Readonly<Record<string, Omit<Condition, 'type'> | undefined>>;
  /** Other members of the status. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The look is over, and with it what was asked for by annotation. */
  readonly handled?: boolean;
}

/** Writes what a controller of Flux found into an object's status. */
export function writeStatus(
  store: ObjectStore,
  ref: ResourceRef,
  { metadata }: KubeObject,
  now: Date,
  { conditions, members = {}, handled = false }: StatusChange,
): void {
  store.change(ref, metadata.namespace, metadata.name, (object) => {
    const observedGeneration = metadata.generation;
    const next = Object.entries(conditions).reduce<readonly Condition[]>((all, [type, condition]) => {
      if (condition === undefined) return all.filter((each) => each.type !== type);
      return withCondition(all, { type, ...condition, observedGeneration }, apiTime(now));
    }, conditionsOf(object));
    const asked = metadata.annotations?.[requestedAt];
    object.status = {
      ...object.status,
      ...members,
      ...(handled && asked !== undefined ? { lastHandledReconcileAt: asked } : {}),
      ...(handled ? { observedGeneration } : {}),
      conditions: next,
    };
  });
}
