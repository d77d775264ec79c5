import { StringDecoder } from 'node:string_decoder';
import type { LogOptions } from './kubelet.ts';

/** What a kubelet keeps in one file before it begins the next (containerLogMaxSize); only the newest file is served. */
const rotateBytes = 10 * 1024 * 1024;

/** What a container runtime keeps of a line in one piece (containerd's max_container_log_line_size). */
const pieceBytes = 16 * 1024;

interface Entry {
  readonly milliseconds: number;
  /** Within the millisecond, so that no two lines of a run carry the same time. */
  readonly nanoseconds: number;
  readonly line: string;
}

/** The standard output of one run of a container, bounded as a kubelet bounds it: what is rotated away is gone. */
export class LogFile {
  #entries: Entry[] = [];
  #bytes = 0;
  /** Lines rotated away, so that a follower's position stays true. */
  #dropped = 0;
  #closed = false;
  #lastMilliseconds = Number.NEGATIVE_INFINITY;
  #sequence = 0;
  readonly #waiting = new Set<() => void>();
  readonly #limitBytes: number;

  constructor(limitBytes = rotateBytes) {
    this.#limitBytes = limitBytes;
  }

  /** Appends what a program wrote, a line an entry. After `close` nothing is kept. */
  append(text: string, at: Date): void {
    if (this.#closed) return;
    const milliseconds = at.getTime();
    for (const line of text.replace(/\n$/, '').split('\n')) {
      this.#sequence = milliseconds === this.#lastMilliseconds ? this.#sequence + 1 : 0;
      this.#lastMilliseconds = milliseconds;
      const entry = { milliseconds, nanoseconds: Math.min(this.#sequence * 1000 + 1, 999_999), line };
      const bytes = storedBytes(line);
      if (this.#bytes + bytes > this.#limitBytes && this.#entries.length > 0) this.#rotate();
      this.#entries.push(entry);
      this.#bytes += bytes;
    }
    this.#wake();
  }

  /** The container has ended: followers come to their end. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /**
   * Lines as `kubectl logs` shows them, without line feeds. As in a kubelet, the tail is counted before `sinceTime`
   * is looked at, and counts the pieces of a long line, the first of which may be missing then; a line of exactly that time is shown, and limitBytes counts time stamps and line feeds; it may cut
   * the last line, which gets a line feed all the same.
   */
  async *read(options: Omit<LogOptions, 'previous'>, signal?: AbortSignal): AsyncGenerator<string> {
    let remaining = options.limitBytes ?? Number.POSITIVE_INFINITY;
    const start = this.#tailStart(options.tailLines);
    const first = this.#dropped + start.index;
    let position = first;
    while (!signal?.aborted) {
      position = Math.max(position, this.#dropped);
      const entry = this.#entries[position - this.#dropped];
      if (!entry) {
        if (!options.follow || this.#closed) return;
        await this.#grown(signal);
        continue;
      }
      position += 1;
      if (options.sinceTime && entry.milliseconds < options.sinceTime.getTime()) continue;
      const shown = position === first + 1 ? withoutFirst(start.missingBytes, entry.line) : entry.line;
      const line = options.timestamps ? `${formatTime(entry)} ${shown}` : shown;
      const bytes = Buffer.byteLength(line) + 1;
      if (bytes > remaining) {
        // The decoder keeps back a character that was cut in two.
        const cut = new StringDecoder().write(Buffer.from(line).subarray(0, remaining - 1));
        if (cut.length > 0) yield cut;
        return;
      }
      remaining -= bytes;
      yield line;
      if (remaining === 0) return;
    }
  }

  #tailStart(tailLines = Number.POSITIVE_INFINITY): { readonly index: number; readonly missingBytes: number } {
    let pieces = tailLines;
    let index = this.#entries.length;
    while (index > 0 && pieces > 0) {
      index -= 1;
      const own = Math.max(1, Math.ceil(Buffer.byteLength(this.#entries[index]?.line ?? '') / pieceBytes));
      if (own > pieces) return { index, missingBytes: (own - pieces) * pieceBytes };
      pieces -= own;
    }
    return { index, missingBytes: 0 };
  }

  #rotate(): void {
    this.#dropped += this.#entries.length;
    this.#entries = [];
    this.#bytes = 0;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #grown(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

function withoutFirst(bytes: number, line: string): string {
  return bytes === 0 ? line : Buffer.from(line).subarray(bytes).toString();
}

/** A line's size in the runtime's file: time stamp, stream, tag and line feed come with it. */
function storedBytes(line: string): number {
  return Buffer.byteLength(line) + '2026-01-01T00:00:00.000000000Z stdout F \n'.length;
}

/** RFC 3339 with nanoseconds, trailing zeros left out as Go does. */
function formatTime(entry: Entry): string {
  const iso = new Date(entry.milliseconds).toISOString();
  const fraction = `${iso.slice(20, 23)}${String(entry.nanoseconds).padStart(6, '0')}`.replace(/0+$/, '');
  return fraction === '' ? `${iso.slice(0, 19)}Z` : `${iso.slice(0, 19)}.${fraction}Z`;
}
