/**
 * Does work that may take long and has heartbeats go out meanwhile, as the real program's client does by itself: a slow
 * insert is no reason to lose a membership. What is wrong with a heartbeat is told by the next one that is waited for.
 */
export async function beating<T>(heartbeat: () => Promise<void>, everyMs: number, work: () => Promise<T>): Promise<T> {
  const beats = setInterval(() => void heartbeat().catch(() => {}), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(beats);
  }
}
