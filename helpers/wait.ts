import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from './time-words.ts';
import { Unobservable, type UnobservableKind } from './unobservable.ts';

/** What one probe saw: what it waited for, or what there is instead, in words for the time-out's message. */
export type Sighting<T> =
  | { readonly found: true; readonly value: T }
  | { readonly found: false; readonly observed: string };

/** The probe saw what it waited for. */
export function seen<T>(value: T): Sighting<T> {
  return { found: true, value };
}

/** Not so yet; `observed` says what is so instead, with units. */
export function notYet(observed: string): Sighting<never> {
  return { found: false, observed };
}

export interface WaitOptions {
  /** What is waited for, in words: `a Ready pod behind timescaledb`. */
  readonly for: string;
  /** The deadline, in seconds. It also bounds a probe that hangs. */
  readonly within: number;
  /** From the end of one probe to the start of the next, in seconds. */
  readonly every: number;
  readonly signal?: AbortSignal;
}

/** Kinds that time alone may mend. The others stay as they are until somebody acts, so waiting only hides them. */
const transient: ReadonlySet<UnobservableKind> = new Set(['unreachable', 'timeout', 'throttled', 'no-ready-pod']);

/**
 * Probes until the probe sees what it waits for, and returns that.
 *
 * An `Unobservable` of a transient kind counts as "not yet"; any other error stops the wait at once, unchanged.
 * The probe's signal aborts at the deadline and when `signal` does. Throws `Unobservable('timeout')` that quotes the
 * last observation, or the abort reason of `signal`.
 */
export async function eventually<T>(
  probe: (signal: AbortSignal) => Promise<Sighting<T>>,
  options: WaitOptions,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), options.within * 1000);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline.signal]) : deadline.signal;
  const over = aborted(signal);
  let last = 'nothing: the first probe did not answer';
  try {
    while (true) {
      signal.throwIfAborted();
      try {
        const sighting = await Promise.race([probe(signal), over]);
        if (sighting.found) return sighting.value;
        last = sighting.observed;
      } catch (error) {
        if (signal.aborted || !(error instanceof Unobservable) || !transient.has(error.kind)) throw error;
        last = error.message;
      }
      await sleep(options.every * 1000, undefined, { signal });
    }
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    if (!deadline.signal.aborted) throw error;
    throw new Unobservable('timeout', `not within ${duration(options.within)}: ${options.for}; last observed: ${last}`);
  } finally {
    clearTimeout(timer);
    deadline.abort();
  }
}

/** Rejects when the signal aborts; nobody need listen by then. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
