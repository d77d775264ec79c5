import type { Migration } from '../../helpers/config/schema.ts';
import { scaled } from '../../helpers/config/time-scale.ts';
import type { HistoryOf } from '../embedded/history/state.ts';

/** Longer than this nobody waits for a replica. */
const longestSeconds = 300;

/**
 * Seconds until what the databases of a replica have logged while they were made lies behind the window in which verify
 * reads logs: a TimescaleDB logs errors as it makes itself, and they would be judged. 0 once it does, and where the
 * window is longer than anybody waits (a replica at life's own pace has one of an hour).
 */
export function secondsUntilQuiet(
  { nowMs, timeScale }: Pick<HistoryOf, 'nowMs' | 'timeScale'>,
  migration: Migration,
  now: Date,
): number {
  const { window } = scaled(migration, timeScale).run;
  return window > longestSeconds ? 0 : Math.max(0, (nowMs - now.getTime()) / 1000 + window);
}
