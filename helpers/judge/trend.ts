import { linearRegression } from 'simple-statistics';

/** One value at a moment. */
export interface Point {
  readonly at: string;
  readonly value: number;
}

export interface Trend {
  /** What it grows by a day; negative where it shrinks. */
  readonly perDay: number;
  /** Days between the first and the last point. */
  readonly days: number;
}

const dayMs = 86_400_000;
/** Fewer points, or points that lie closer together, are no trend: a cache that fills after a start looks like a leak. */
const leastPoints = 3;
const leastDays = 2;

/** The straight line that fits best; undefined where there is too little to draw one through. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const days = points.map(({ at }) => Date.parse(at) / dayMs);
  const span = Math.max(...days) - Math.min(...days);
  if (points.length < leastPoints || span < leastDays) return undefined;
  // From the first day on: large numbers would cost digits.
  const first = Math.min(...days);
  const { m } = linearRegression(points.map(({ value }, index) => [(days[index] ?? first) - first, value]));
  return { perDay: m, days: span };
}

/** Days until the trend takes the value to the limit; undefined where it does not grow towards it, 0 where it is there. */
export function daysUntil({ perDay }: Trend, value: number, limit: number): number | undefined {
  if (value >= limit) return 0;
  return perDay <= 0 ? undefined : (limit - value) / perDay;
}
