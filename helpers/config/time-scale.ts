import type { Migration } from './schema.ts';

/** A replica is not waited for in less than this: shorter, and the machine's own hiccups would be judged. */
const shortestSeconds = 5;

/** A replica's sensor does not report more often than this: it would load the machine for nothing. */
const shortestIntervalSeconds = 1;

/** How much faster than life the replicas of this kind are; 1 where no target is of it. */
export function paceOf({ targets }: Migration, wanted: string): number {
  return Object.values(targets).find(({ kind }) => kind === wanted)?.timeScale ?? 1;
}

/**
 * The migration as a replica is judged by that runs `timeScale` times faster than life.
 *
 * The rule of migration.yaml's `timeScale`: it divides what is waited for, which are a stream's freshness, the window
 * of live data and the watch after the cutover, never to below 5 s, and the interval at which a stream reports, never to below 1 s (what is shorter
 * already stays as it is), and nothing else. Declared facts (a retention of 90 days), days of observation, deadlines and the distance of two readings stay.
 */
export function scaled(migration: Migration, timeScale: number): Migration {
  const scale = (seconds: number, shortest = shortestSeconds) =>
    Math.max(Math.min(seconds, shortest), seconds / timeScale);
  const streams = Object.entries(migration.new.streams).map(([name, stream]) => [
    name,
    { ...stream, every: scale(stream.every, shortestIntervalSeconds), freshness: scale(stream.freshness) },
  ]);
  const { settings } = migration.old;
  const oldStreams = Object.entries(migration.old.streams).map(([name, stream]) => [
    name,
    { ...stream, freshness: scale(stream.freshness) },
  ]);
  return {
    ...migration,
    run: { ...migration.run, window: scale(migration.run.window), watch: scale(migration.run.watch) },
    new: { ...migration.new, streams: Object.fromEntries(streams) },
    old: {
      ...migration.old,
      streams: Object.fromEntries(oldStreams),
      ...(settings && { settings: { ...settings, freshness: scale(settings.freshness) } }),
    },
  };
}
