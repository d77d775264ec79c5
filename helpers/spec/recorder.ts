/** What one criterion observes, kept by name: its evidence, and what it still waits for when its deadline comes. */
export class Recorder {
  readonly #seen: Record<string, unknown> = {};
  readonly #pending = new Set<string>();

  /** Observes and keeps what was seen under `name`; `keep` says what of it belongs into a report. */
  async observe<T>(name: string, observe: () => Promise<T>, keep: (seen: T) => unknown = (seen) => seen): Promise<T> {
    this.#pending.add(name);
    const seen = await observe();
    this.#pending.delete(name);
    this.#seen[name] = keep(seen);
    return seen;
  }

  /** Keeps what was made of observations. */
  note(name: string, figure: unknown): void {
    this.#seen[name] = figure;
  }

  /** Plain data that survives JSON. */
  get evidence(): Readonly<Record<string, unknown>> {
    return this.#seen;
  }

  /** For a criterion that ran out of time: `seen: workloads; still waiting for: logs`. */
  get progress(): string {
    const seen = Object.keys(this.#seen).join(', ') || 'nothing';
    const waiting = [...this.#pending].join(', ') || 'nothing';
    return `seen: ${seen}; still waiting for: ${waiting}`;
  }
}
