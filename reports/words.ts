import { number } from '../helpers/judge/words.ts';
import { html, type Markup } from './html.ts';

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count as people write it: `1,234`, and from a hundred thousand on `312 k`, `1.2 M`. */
export function quantity(amount: number): string {
  if (Math.abs(amount) < 100_000) return number(amount);
  return short.format(amount).replace(/([A-Z])$/, (unit) => ` ${unit === 'K' ? 'k' : unit}`);
}

/** A moment as people read it, with its zone: `2026-11-24 03:40 UTC`. */
export function moment(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The same as an element that gives the moment in ISO 8601 to machines and to a pointer that rests on it. */
export function time(at: string, words = moment(at)): Markup {
  return html`<time datetime="${at}" title="${at}">${words}</time>`;
}
