import type { KubeObject, WatchEvent } from './object.ts';
import { expired } from './status.ts';

/** A change as the store remembers it. */
export interface StoredEvent extends WatchEvent {
  readonly resourceVersion: number;
  /** The object before the change: a selector may have selected it then, and not now. */
  readonly previous?: KubeObject;
}

/** The newest changes of one resource, so that a watch can begin where a list ended. */
export class EventLog {
  readonly #limit: number;
  readonly #events: StoredEvent[] = [];
  /** The resourceVersion of the newest event that is forgotten. */
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(event: StoredEvent): void {
    this.#events.push(event);
    // Forgetting by halves costs one copy in many writes.
    if (this.#events.length > this.#limit * 2) {
      const gone = this.#events.splice(0, this.#events.length - this.#limit);
      this.#forgotten = gone.at(-1)?.resourceVersion ?? this.#forgotten;
    }
  }

  /** The events after that resourceVersion. Throws Expired when some of them are forgotten. */
  since(resourceVersion: number): readonly StoredEvent[] {
    if (resourceVersion < this.#forgotten)
      throw expired(`too old resource version: ${resourceVersion} (${this.#forgotten})`);
    return this.#events.filter((event) => event.resourceVersion > resourceVersion);
  }
}
