/** One request, as it was answered. */
export interface AuditEntry {
  /** When it was received, ISO 8601. */
  readonly at: string;
  /** Undefined when nobody was recognized. */
  readonly user?: string;
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path: string;
  /** The HTTP status answered; 101 for a stream. */
  readonly status: number;
}

/** The newest requests that the API server answered, oldest first. */
export interface Audit {
  entries(): readonly AuditEntry[];
}

const limit = 20_000;

/** A request log in memory, bounded: the oldest are forgotten. */
export class AuditLog implements Audit {
  #entries: AuditEntry[] = [];

  add(entry: AuditEntry): void {
    this.#entries.push(entry);
    // Forgetting by halves costs one copy in many requests.
    if (this.#entries.length > limit * 2) this.#entries = this.#entries.slice(-limit);
  }

  entries(): readonly AuditEntry[] {
    return this.#entries.slice(-limit);
  }
}
