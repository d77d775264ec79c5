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
