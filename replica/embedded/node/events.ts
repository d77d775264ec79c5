import { eventName } from '../kubernetes/names.ts';
import type { ObjectStore } from '../kubernetes/object.ts';
import { apiTime, type Pod } from './pod.ts';

const events = { group: '', resource: 'events' };

/** An API server keeps events for an hour: what began before then has none left. */
export const eventLifeMs = 3_600_000;

/** Writes a pod's Events as a kubelet does: one that repeats counts up. Nothing depends on them, so none ever fails. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #now: () => Date;
  readonly #silent: () => boolean;
  /** Names of events already written, by what makes two the same. */
  readonly #written = new Map<string, string>();

  /** While `silent`, nothing is recorded. */
  constructor(store: ObjectStore, options: { readonly now: () => Date; readonly silent: () => boolean }) {
    this.#store = store;
    this.#now = options.now;
    this.#silent = options.silent;
  }

  /** Records that something happened to a pod, or to a container of it when named. */
  record(
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    options: { container?: string; component?: string } = {},
  ): void {
    if (this.#silent()) return;
    const namespace = pod.metadata.namespace ?? 'default';
    const same = [pod.metadata.uid, options.container, reason, message].join('\n');
    const known = this.#written.get(same);
    const time = apiTime(this.#now());
    try {
      const counted =
        known !== undefined &&
        this.#store.change(events, namespace, known, (event) => {
          event.count = Number(event.count ?? 1) + 1;
          event.lastTimestamp = time;
        });
      if (counted) return;
      const component = options.component ?? 'kubelet';
      const name = eventName(pod.metadata.name, this.#now());
      this.#store.create(events, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Pod',
          name: pod.metadata.name,
          namespace,
          uid: pod.metadata.uid,
          ...(options.container === undefined ? {} : { fieldPath: `spec.containers{${options.container}}` }),
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: time,
        lastTimestamp: time,
        source: {
          component,
          ...(component === 'kubelet' && pod.spec.nodeName !== undefined ? { host: pod.spec.nodeName } : {}),
        },
        reportingComponent: component,
        reportingInstance: component === 'kubelet' ? (pod.spec.nodeName ?? '') : '',
      });
      this.#written.set(same, name);
    } catch {
      // A namespace that is being deleted takes no events.
    }
  }

  /** Forgets a pod that is gone. */
  forget(pod: Pod): void {
    for (const same of this.#written.keys()) if (same.startsWith(`${pod.metadata.uid}\n`)) this.#written.delete(same);
  }
}
