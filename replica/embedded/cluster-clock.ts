/** The clock of a replica's cluster: it stands in a past that is being made, or goes with life. */
export class ClusterClock {
  /** Milliseconds since 1970 at `since`, and how fast they pass from there. */
  #past: { readonly fromMs: number; readonly since: number; readonly rate: number } | undefined;

  /** Stands at the time given until it is set. */
  constructor(standsAtMs: number) {
    this.#past = { fromMs: standsAtMs, since: performance.now(), rate: 0 };
  }

  readonly now = (): Date => {
    if (!this.#past) return new Date();
    const { fromMs, since, rate } = this.#past;
    return new Date(Math.min(Date.now(), fromMs + (performance.now() - since) * rate));
  };

  /** Whether a past is being made. */
  readonly seeding = (): boolean => this.#past !== undefined;

  /** Goes from a moment of the past, so many times faster than life, but never beyond now. */
  runFrom(fromMs: number, rate: number): void {
    this.#past = { fromMs, since: performance.now(), rate };
  }

  /** The past is over: from now on it is now. */
  live(): void {
    this.#past = undefined;
  }
}
