import { setTimeout as sleep } from 'node:timers/promises';
import { Unobservable, type UnobservableKind } from '../../unobservable.ts';

/** What a connection meets while the pod at its other end is replaced. */
const signs: ReadonlySet<UnobservableKind> = new Set(['unreachable', 'no-ready-pod']);
const everyMs = 250;

/**
 * Tries a read again, on a new connection, for as long as the pod behind it may be being replaced. Throws what the last
 * attempt threw; anything but a broken connection or a Service without a ready pod at once.
 *
 * @param withinSeconds no attempt begins later than this
 */
export async function throughReplacement<T>(withinSeconds: number, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + withinSeconds * 1000;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof Unobservable && signs.has(error.kind);
      if (!passing || performance.now() + everyMs > until) throw error;
    }
    await sleep(everyMs);
  }
}
