import { eventName } from '../names.ts';
import type { KubeObject, ObjectStore } from '../object.ts';
import { StatusError } from '../status.ts';
import { apiTime } from '../store.ts';

const events = { group: '', resource: 'events' };

/** An API server keeps an Event for this long. */
const lifeMs = 3_600_000;

/** Writes the Events of controllers: one that repeats counts up, those past their life go. */
export class ControllerEvents {
  readonly #store: ObjectStore;
  readonly #now: () => Date;
  /** Names of Events already written, by what makes two the same. */
  readonly #written = new Map<string, string>();

  constructor(store: ObjectStore, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, component: string): void {
    // While a past is made: by now it would be gone.
    if (Date.now() - this.#now().getTime() > lifeMs) return;
    const namespace = object.metadata.namespace ?? 'default';
    const same = [object.metadata.uid, reason, message].join('\n');
    const time = apiTime(this.#now());
    try {
      const known = this.#written.get(same);
      const counted =
        known !== undefined &&
        this.#store.change(events, namespace, known, (event) => {
          event.count = Number(event.count ?? 1) + 1;
          event.lastTimestamp = time;
        });
      if (counted) return;
      const name = eventName(object.metadata.name, this.#now());
      const { apiVersion, kind, metadata } = object;
      this.#store.create(events, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion,
          kind,
          name: metadata.name,
          namespace,
          uid: metadata.uid,
          resourceVersion: metadata.resourceVersion,
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: time,
        lastTimestamp: time,
        source: { component },
        reportingComponent: component,
        reportingInstance: '',
      });
      this.#written.set(same, name);
    } catch (error) {
      // A namespace that is being deleted takes no Events.
      if (!(error instanceof StatusError)) throw error;
    }
  }

  /** Takes away Events that nothing has repeated for an hour, whoever wrote them. */
  expire(): void {
    const limit = this.#now().getTime() - lifeMs;
    const isOver = (event: KubeObject) =>
      Date.parse(String(event.lastTimestamp ?? event.metadata.creationTimestamp)) < limit;
    const gone = new Set(
      this.#store
        .list(events)
        .filter(isOver)
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    );
    for (const place of gone) {
      const [namespace, name = ''] = place.split('/');
      this.#store.delete(events, namespace, name);
    }
    for (const [same, name] of this.#written)
      if ([...gone].some((place) => place.endsWith(`/${name}`))) this.#written.delete(same);
  }
}
