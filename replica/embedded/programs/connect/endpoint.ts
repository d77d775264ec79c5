import type { ContainerContext } from '../../program.ts';
import type { CounterName, Counters } from './counters.ts';
import type { Logger } from './logger.ts';

/** What an input or an output needs of its stream. */
export interface StreamContext {
  readonly container: ContainerContext;
  readonly id: string;
  readonly counters: Counters;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** True for the first connection of a program that has been up for days: its past is not made anew. */
  readonly seeded: boolean;
}

/** One end of a stream: whether it is connected, as the API tells, and its lines and counters about that. */
export class Endpoint {
  readonly end: 'input' | 'output';
  readonly label: string;
  readonly type: string;
  readonly #stream: StreamContext;
  #connected = false;
  #error: string | undefined;
  #wasActive = false;

  constructor(stream: StreamContext, end: 'input' | 'output', label: string, type: string) {
    this.#stream = stream;
    this.end = end;
    this.label = label;
    this.type = type;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** The first time it is logged, later ones are not. */
  up(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#error = undefined;
    this.#count('connection_up');
    if (this.#wasActive) return;
    this.#wasActive = true;
    const kind = this.end === 'input' ? 'Input' : 'Output';
    const at = this.#stream.seeded ? this.#stream.container.startedAt : undefined;
    this.#log('info', `${kind} type ${this.type} is now active`, at);
  }

  lost(reason: string): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#error = reason;
    this.#count('connection_lost');
    this.error(`Connection lost due to: ${reason}`);
  }

  failed(reason: string): void {
    this.#error = reason;
    if (this.#stream.seeded && !this.#wasActive) return;
    this.#count('connection_failed');
    this.error(`Failed to connect to ${this.type}: ${reason}`);
  }

  error(message: string): void {
    this.#log('error', message);
  }

  close(): void {
    this.#connected = false;
  }

  /** As `/STREAM/ready` tells it. */
  status(): { label: string; path: string; connected: boolean; error?: string } {
    const error = this.#error === undefined || this.#connected ? {} : { error: this.#error };
    return { label: this.label, path: this.end, connected: this.#connected, ...error };
  }

  #count(event: 'connection_up' | 'connection_lost' | 'connection_failed'): void {
    const name: CounterName = `${this.end}_${event}`;
    this.#stream.counters.add(name);
  }

  #log(level: 'info' | 'error', message: string, at?: Date): void {
    const labels = { label: this.label, path: `root.${this.end}`, stream: this.#stream.id };
    this.#stream.log(level, message, labels, at);
  }
}
