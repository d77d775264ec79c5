/** How often records come. */
export interface Pace {
  readonly records: number;
  /** The median of the times between one record and the next. */
  readonly everySeconds: number;
  readonly longestGapSeconds: number;
}

/** With fewer gaps a median says nothing. */
const fewestGaps = 5;

/** The pace of records by their times, in milliseconds since the epoch and any order. Undefined for too few. */
export function paceOf(times: readonly number[]): Pace | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, index) => (time - (sorted[index] ?? time)) / 1000);
  const ordered = gaps.toSorted((a, b) => a - b);
  const median = ordered[Math.floor(ordered.length / 2)];
  if (ordered.length < fewestGaps || median === undefined || median <= 0) return undefined;
  return { records: times.length, everySeconds: median, longestGapSeconds: ordered.at(-1) ?? median };
}

/** How many times the longest gap a stream may be silent before it counts as stale. */
const patience = 4;
const shortestFreshnessSeconds = 300;

/** A limit that what was seen keeps easily: four times the longest gap, whole minutes, 5 at least. */
export function freshnessSeconds({ longestGapSeconds }: Pace): number {
  return Math.max(shortestFreshnessSeconds, Math.ceil((longestGapSeconds * patience) / 60) * 60);
}

/** As migration.yaml writes it: `330ms`, `10s`, `15m`, `90d`; what is within 2 % of a whole unit is that. */
export function durationText(seconds: number): string {
  for (const [unit, length] of units) {
    const count = Math.round(seconds / length);
    if (count > 0 && Math.abs(seconds - count * length) <= seconds * tolerance) return `${count}${unit}`;
  }
  return seconds < 5 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`;
}

const tolerance = 0.02;
const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;
