import { eventually, notYet, seen } from '../../helpers/wait.ts';
import type { FaultTarget } from './fault.ts';

/** What a fault does step by step: each step leaves its undoing, and what it must come to is waited for. */
export interface Planting {
  /** Undone last in, first out. */
  undo(action: () => Promise<unknown>): void;
  /** Waits until the probe answers undefined; it answers what is so instead, for the time-out's message. */
  until(what: string, probe: () => Promise<string | undefined>, withinSeconds?: number): Promise<void>;
}

/** Runs the steps; when one throws, what was done before it is undone. */
export async function planting(steps: (planting: Planting) => Promise<void>): Promise<AsyncDisposable> {
  await using done = new AsyncDisposableStack();
  await steps({
    undo: (action) => {
      done.defer(async () => {
        await action();
      });
    },
    until: async (what, probe, withinSeconds = 120) => {
      const look = async () => {
        const instead = await probe();
        return instead === undefined ? seen(undefined) : notYet(instead);
      };
      await eventually(look, { for: what, within: withinSeconds, every: 0.25 });
    },
  });
  return done.move();
}

/** A duration of migration.yaml at the replica's pace, in seconds: never below 5. */
export function scaledSeconds({ timeScale }: FaultTarget, seconds: number): number {
  return timeScale === 1 ? seconds : Math.max(5, seconds / timeScale);
}
