import { random, type SensorName } from './readings.ts';

/** How many days of past a replica starts with. */
export const historyDays = 8;

const dayMs = 86_400_000;

/** Life's own interval of each sensor, milliseconds. */
export const intervalMs: Readonly<Record<SensorName, number>> = {
  energy: 10_000,
  heatpump: 30_000,
  'temperature-indoor': 900_000,
  'temperature-outdoor': 300_000,
  'room-living': 60_000,
  'room-bedroom': 60_000,
};

/** The moments at which a sensor reported within a span of time, oldest first. */
export interface Schedule {
  readonly count: number;
  /** Whole milliseconds since 1970; grows with the index from 0 to count - 1. */
  timeMs(index: number): number;
}

/**
 * A sensor's moments in [fromMs, toMs). They lie on a grid that is the same for every span, up to a fifth of an interval
 * late as real sensors are, so that two spans that touch give neither a gap nor a message twice.
 */
export function schedule(sensor: SensorName, fromMs: number, toMs: number): Schedule {
  const first = firstAtOrAfter(sensor, fromMs);
  return {
    count: Math.max(0, firstAtOrAfter(sensor, toMs) - first),
    timeMs: (index) => momentMs(sensor, first + index),
  };
}

/** A sensor never reports more often than this, however fast the replica runs. */
export const fastestMs = 1_000;

/** Life's interval at the replica's pace, in milliseconds. */
export function paceMs(sensor: SensorName, timeScale: number): number {
  return Math.max(fastestMs, intervalMs[sensor] / timeScale);
}

/** How much of a replica's past went at its own pace already, in milliseconds of life: two windows of live data. */
const recentMs = 7_200_000;

/**
 * A sensor's moments in a replica's past: at life's own rate, but for the last stretch, which went at the replica's pace.
 * A window of live data is as full when the replica starts as it is an hour later.
 */
export function pastSchedule(sensor: SensorName, { nowMs, timeScale }: { nowMs: number; timeScale: number }): Schedule {
  const pace = paceMs(sensor, timeScale);
  const recent = timeScale > 1 ? Math.floor(recentMs / timeScale / pace) : 0;
  const recentFromMs = nowMs - recent * pace;
  const old = schedule(sensor, historyStartMs(nowMs), recentFromMs);
  return {
    count: old.count + recent,
    timeMs: (index) => (index < old.count ? old.timeMs(index) : Math.floor(recentFromMs + (index - old.count) * pace)),
  };
}

/** Where the past of a replica begins that starts at the moment given. */
export function historyStartMs(nowMs: number): number {
  return nowMs - historyDays * dayMs;
}

/** The number, on the sensor's grid, of the first moment at or after the time. */
export function firstAtOrAfter(sensor: SensorName, timeMs: number): number {
  const tick = Math.floor(timeMs / intervalMs[sensor]);
  return momentMs(sensor, tick) >= timeMs ? tick : tick + 1;
}

/** The moment with that number on the sensor's grid. */
export function momentMs(sensor: SensorName, tick: number): number {
  const interval = intervalMs[sensor];
  return tick * interval + Math.floor(random(tick, sensor.length) * (interval / 5));
}
