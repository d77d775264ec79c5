import { mask } from '../../target/mask.ts';
import type { LogEntry, LogLine } from '../observed.ts';
import { logEntry } from './entry.ts';

const first = 50;
const distinctAtMost = 200;
/** Lines that are kept around an error, and how much of each. */
const before = 2;
const after = 2;
const lineCharacters = 300;

interface Kept extends LogEntry {
  readonly before: LogLine[];
  readonly after: LogLine[];
}

/**
 * Counts errors and keeps the first 50, then the first of each message that is new but for its numbers; of what it keeps
 * also the lines around, each line once.
 */
export class ErrorsKept {
  readonly entries: Kept[] = [];
  count = 0;
  readonly #messages = new Set<string>();
  /** The lines since, not masked yet: of millions only those before an error are kept. */
  #before: LogLine[] = [];
  /** The error that the lines now coming by stand behind. */
  #open: Kept | undefined;

  /** An entry of level error. */
  addError(stamped: LogLine): void {
    const entry = logEntry(stamped);
    this.count += 1;
    const message = entry.message.replace(/\d+/g, '0');
    const isNew = !this.#messages.has(message) && this.#messages.size < distinctAtMost;
    const isKept = this.entries.length < first || isNew;
    this.#open = isKept ? { ...entry, before: this.#before.map(quoted), after: [] } : undefined;
    if (this.#open !== undefined) this.entries.push(this.#open);
    if (isNew) this.#messages.add(message);
    this.#before = [];
  }

  /** Any other line. */
  addOther(line: LogLine): void {
    if (this.#open !== undefined && this.#open.after.length < after) {
      this.#open.after.push(quoted(line));
      return;
    }
    this.#before.push(line);
    if (this.#before.length > before) this.#before.shift();
  }
}

/** Masked before it is cut: half a secret is one too. */
function quoted({ at, text }: LogLine): LogLine {
  return { at, text: mask(text).slice(0, lineCharacters) };
}
