const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A length of time as Flux writes it, `10m0s`, in milliseconds; undefined for anything else. */
export function goDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^([\d.]+(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit as keyof typeof unitMs],
    0,
  );
}

/** The floor of what a replica waits for, where it is faster than life. */
const shortestMs = 5_000;

/** As Flux writes it, at a replica's pace: never below 5 s, unless it is shorter in life. */
export function pacedInterval(text: unknown, timeScale: number): unknown {
  const ms = goDuration(text);
  if (ms === undefined || timeScale === 1) return text;
  return `${Math.max(Math.min(ms, shortestMs), ms / timeScale) / 1_000}s`;
}
