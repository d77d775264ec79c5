import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../judge/verdict.ts';

export interface Patience {
  /** Seconds that what does not hold has to last before it counts. */
  readonly within: number;
  /** Seconds between one look and the next. */
  readonly every: number;
}

/**
 * Judges again and again until it passes, or what does not hold has lasted: a value in flight is no failure. Returns the
 * last verdict.
 */
export async function lasting(judge: () => Promise<Verdict>, { within, every }: Patience): Promise<Verdict> {
  const until = Date.now() + within * 1000;
  while (true) {
    await sleep(every * 1000);
    const verdict = await judge();
    if (verdict.kind === 'pass' || Date.now() >= until) return verdict;
  }
}
