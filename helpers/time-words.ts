import prettyMilliseconds, { type Options } from 'pretty-ms';

/**
 * A duration in seconds as people read it, in verdicts and on pages alike: `0.4 s`, `3.4 s`, `12 s`, `3 min 20 s`,
 * `2 h 5 min`, `90 d`. The sign is dropped.
 *
 * What is below a second is rounded up: no time at all is told from a little. All else is rounded down: what falls short
 * of a whole minute or hour that is waited for does not read as that.
 */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return `${Math.ceil(size * 10) / 10} s`;
  return inWords(size * 1000, { unitCount: 2, secondsDecimalDigits: size < 10 ? 1 : 0 });
}

/** How long ago: `12 min ago`, `3 h ago`, `2 d ago`; `just now` within ten seconds. */
export function ago(at: string, now: Date): string {
  const milliseconds = now.getTime() - Date.parse(at);
  return milliseconds < 10_000 ? 'just now' : `${inWords(milliseconds, { compact: true })} ago`;
}

/** Each unit after a space, and a minute as no metre. */
function inWords(milliseconds: number, options: Options): string {
  return prettyMilliseconds(milliseconds, { hideYear: true, ...options }).replace(
    /[a-z]+/g,
    (unit) => ` ${unit === 'm' ? 'min' : unit}`,
  );
}
