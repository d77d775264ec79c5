import prettyBytes from 'pretty-bytes';
import { duration } from '../time-words.ts';

export { duration };

/** How long ago, or how far ahead: `12 s old`, `3 min 5 s ahead of the clock`. */
export function age(seconds: number): string {
  return seconds < 0 ? `${duration(seconds)} ahead of the clock` : `${duration(seconds)} old`;
}

const grouped = new Intl.NumberFormat('en');

/** A number to its last digit, as evidence has to be: `11,117`. */
export function number(amount: number): string {
  return grouped.format(amount);
}

/** A count with its noun, and its verb where there is one: `1 record`, `11,117 rows`, `1 stream flows`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${number(amount)} ${amount === 1 ? noun : plural}`;
}

/** Some of a whole, with its noun: `18 of 10,000 samples`. */
export function countOf(amount: number, whole: number, noun: string): string {
  return `${number(amount)} of ${count(whole, noun)}`;
}

/** An amount of memory or disk, in powers of 1024 as Kubernetes counts: `93.4 MiB`. */
export function bytes(amount: number): string {
  return prettyBytes(amount, { binary: true });
}

/** A number of days, rounded where it is large: `2.5 days`, `14 days`. */
export function days(amount: number): string {
  const rounded = amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return count(rounded, 'day');
}

/** A share of one as per cent: `0.1 %`, `30 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** `a, b and c`; at most `limit` of them by name. */
export function list(items: readonly string[], limit = 8): string {
  if (items.length > limit) return `${items.slice(0, limit).join(', ')} and ${items.length - limit} more`;
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `found instead: x and y`, or nothing when nothing was. */
export function foundInstead(names: readonly string[]): string {
  return names.length === 0 ? '' : `; found instead: ${list(names)}`;
}

/** One line of at most `length` characters. */
export function shorten(text: string, length = 200): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
