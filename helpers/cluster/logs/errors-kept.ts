import type { LogEntry } from '../observed.ts';

const first = 50;
const distinctAtMost = 200;

/** Counts errors and keeps the first 50, then the first of each message that is new but for its numbers. */
export class ErrorsKept {
  readonly entries: LogEntry[] = [];
  count = 0;
  readonly #messages = new Set<string>();

  add(entry: LogEntry): void {
    this.count += 1;
    const message = entry.message.replace(/\d+/g, '0');
    const isNew = !this.#messages.has(message) && this.#messages.size < distinctAtMost;
    if (this.entries.length < first || isNew) this.entries.push(entry);
    if (isNew) this.#messages.add(message);
  }
}
