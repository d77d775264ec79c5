import prettyMs from 'pretty-ms';

/** A duration as a reader wants it: `320ms`, `4.1s`, `3m 5s`. */
export function shortDuration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)}ms`
    : prettyMs(milliseconds, { secondsDecimalDigits: 1, unitCount: 2 });
}

/** `2026-11-24T03:40:12Z (4 minutes ago)`; without the distance for an instant that is not in the past. */
export function since(instant: string, now: Date): string {
  const milliseconds = now.getTime() - Date.parse(instant);
  return milliseconds >= 0 ? `${instant} (${prettyMs(milliseconds, { verbose: true, compact: true })} ago)` : instant;
}
