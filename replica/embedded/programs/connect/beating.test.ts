import { expect, test, vi } from 'vitest';
import { beating } from './beating.ts';

test('heartbeats go out for as long as the work takes, whatever comes of them', async () => {
  vi.useFakeTimers();
  try {
    const heartbeat = vi.fn().mockRejectedValue(new Error('the group rebalances'));
    const { promise: inserted, resolve } = Promise.withResolvers<boolean>();
    const done = beating(heartbeat, 3_000, () => inserted);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heartbeat).toHaveBeenCalledTimes(3);
    resolve(true);
    expect(await done).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heartbeat).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});
