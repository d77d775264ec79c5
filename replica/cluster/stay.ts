import { ended } from '../embedded/programs/ended.ts';

/** Resolves when the signal aborts. Unlike a bare wait for it, it keeps the process alive until then. */
export async function stay(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => {}, 60_000);
  await ended(signal);
  clearInterval(alive);
}
