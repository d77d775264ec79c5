import type { Controller, Key } from './controller.ts';

/** After this long at a stretch others get their turn. */
const sliceMs = 10;

/** Reconciles objects one after another, each once however often it was asked for meanwhile. */
export class WorkQueue implements Disposable {
  readonly #waiting = new Map<string, { controller: Controller; key: Key }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #scheduled: NodeJS.Immediate | undefined;
  #disposed = false;

  add(controller: Controller, key: Key): void {
    if (this.#disposed) return;
    this.#waiting.set(identity(controller, key), { controller, key });
    this.#scheduled ??= setImmediate(() => this.#run());
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#waiting.clear();
    clearImmediate(this.#scheduled);
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #run(): void {
    this.#scheduled = undefined;
    const end = performance.now() + sliceMs;
    for (const [id, { controller, key }] of this.#waiting) {
      this.#waiting.delete(id);
      const again = controller.reconcile(key);
      if (again) this.#later(id, controller, key, again.afterMs);
      if (performance.now() > end) break;
    }
    if (this.#waiting.size > 0) this.#scheduled ??= setImmediate(() => this.#run());
  }

  #later(id: string, controller: Controller, key: Key, afterMs: number): void {
    clearTimeout(this.#timers.get(id));
    // Longer waits than a timer can hold end early, and are asked for again.
    const delay = Math.min(Math.max(afterMs, 0), 2 ** 31 - 1);
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.add(controller, key);
    }, delay).unref();
    this.#timers.set(id, timer);
  }
}

function identity({ name }: Controller, key: Key): string {
  return `${name}:${key.namespace ?? ''}/${key.name}`;
}
