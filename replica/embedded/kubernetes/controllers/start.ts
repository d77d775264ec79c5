import { createClusterObjects } from '../cluster-objects.ts';
import type { KubeStore } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ControllerEvents } from './controller-events.ts';
import { cronJobController } from './cronjob.ts';
import { daemonSetController } from './daemonset.ts';
import { deploymentController } from './deployment.ts';
import { endpointsController } from './endpoints.ts';
import { garbageCollector } from './garbage-collector.ts';
import { jobController } from './job.ts';
import { namespaceController } from './namespace.ts';
import { replicaSetController } from './replicaset.ts';
import { scheduler } from './scheduler.ts';
import { serviceAccountController } from './service-accounts.ts';
import { statefulSetController } from './statefulset.ts';
import { claimController, volumeController } from './volumes.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  /** The cluster's clock: what controllers make while it stands in the past is of the past. */
  readonly now: () => Date;
  /** How much faster than life back-offs run. */
  readonly timeScale?: number;
  /** The API server's authority, which pods are given; without it they are given none. */
  readonly rootCaPem?: string;
}

const makers: readonly ((context: ControllerContext) => Controller)[] = [
  serviceAccountController,
  namespaceController,
  deploymentController,
  statefulSetController,
  daemonSetController,
  cronJobController,
  jobController,
  replicaSetController,
  claimController,
  volumeController,
  scheduler,
  endpointsController,
  garbageCollector,
];

const eventExpiryMs = 60_000;

/**
 * Puts what every cluster has into the store (a storage class, the roles of Kubernetes, definitions) and does what a controller
 * manager and a scheduler do, on every change and without polling, until disposed.
 */
export function startControllers(store: KubeStore, { now, timeScale = 1, rootCaPem }: ControllerOptions): Disposable {
  createClusterObjects(store);
  const events = new ControllerEvents(store, now);
  const context: ControllerContext = {
    store,
    now,
    timeScale,
    events,
    ...(rootCaPem === undefined ? {} : { rootCaPem }),
  };
  const held = new DisposableStack();
  const queue = held.use(new WorkQueue());
  for (const make of makers) {
    const controller = make(context);
    for (const { ref, keys } of controller.watches) {
      for (const object of store.list(ref))
        for (const key of keys(object, undefined, 'ADDED')) queue.add(controller, key);
      const watch = store.watchSince(ref, store.resourceVersion, ({ object, previous, type }) => {
        for (const key of keys(object, previous, type)) queue.add(controller, key);
      });
      held.use(watch);
    }
  }
  const expiry = setInterval(() => events.expire(), eventExpiryMs).unref();
  held.defer(() => clearInterval(expiry));
  return held;
}
