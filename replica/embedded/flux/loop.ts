import type { KubeObject, ResourceRef } from '../kubernetes/object.ts';
import type { KubeStore } from '../kubernetes/store.ts';

/** Asks Flux to look at an object now: `flux reconcile` writes a time into it. */
export const requestedAt = 'reconcile.fluxcd.io/requestedAt';

export interface LoopOptions {
  readonly store: KubeStore;
  readonly ref: ResourceRef;
  /** Looks at one object; resolves with the milliseconds until it wants to look again. */
  readonly reconcile: (object: KubeObject) => Promise<number | undefined>;
  /** The milliseconds until an object that stands as its controller left it is looked at again. */
  readonly rest: (object: KubeObject) => number;
  readonly signal: AbortSignal;
}

/**
 * Reconciles each object of a resource when it changes, when somebody asks for it, and when its interval is over; never
 * twice at a time.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Goes on until the signal aborts. Rejects with what a reconciliation throws: Flux itself is broken then. */
  async run(): Promise<void> {
    const { store, ref, rest, signal } = this.#options;
    using watch = store.watchSince(ref, store.resourceVersion, ({ object, previous, type }) => {
      if (type !== 'DELETED' && isAsked(object, previous)) this.look(object);
    });
    for (const object of store.list(ref)) {
      if (isSettled(object)) this.#later(object, rest(object));
      else this.look(object);
    }
    const end = () => this.#ended.resolve();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      await this.#ended.promise;
    } finally {
      watch[Symbol.dispose]();
      for (const timer of this.#timers.values()) clearTimeout(timer);
    }
  }

  /** Looks at an object as it stands now, as soon as a look that goes on is over. */
  look({ metadata: { namespace, name } }: KubeObject): void {
    const { store, ref, reconcile, signal } = this.#options;
    const key = `${namespace}/${name}`;
    const object = store.get(ref, namespace, name);
    clearTimeout(this.#timers.get(key));
    if (!object || signal.aborted) return;
    if (this.#busy.has(key)) return void this.#again.add(key);
    this.#busy.add(key);
    reconcile(object)
      .then((afterMs) => {
        this.#busy.delete(key);
        if (this.#again.delete(key)) this.look(object);
        else if (afterMs !== undefined) this.#later(object, afterMs);
      })
      .catch((error: unknown) => this.#ended.reject(error));
  }

  #later(object: KubeObject, afterMs: number): void {
    const { namespace, name } = object.metadata;
    this.#timers.set(
      `${namespace}/${name}`,
      setTimeout(() => this.look(object), afterMs),
    );
  }
}

/** A change of what is asked for, not of what was found. */
function isAsked(object: KubeObject, previous: KubeObject | undefined): boolean {
  const [now, then] = [object.metadata, previous?.metadata];
  return (
    now.generation !== then?.generation ||
    now.annotations?.[requestedAt] !== then?.annotations?.[requestedAt] ||
    now.deletionTimestamp !== then?.deletionTimestamp
  );
}

/** What a replica starts with stands as Flux left it. */
function isSettled({ metadata, status, spec }: KubeObject): boolean {
  return (
    status?.observedGeneration === metadata.generation && metadata.deletionTimestamp === undefined && !spec?.suspend
  );
}
