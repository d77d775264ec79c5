import { html, type Markup } from './html.ts';

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count as people write it: `1,234`, and from a hundred thousand on `312 k`, `1.2 M`. */
export function quantity(amount: number): string {
  if (Math.abs(amount) < 100_000) return whole.format(amount);
  return short.format(amount).replace(/([A-Z])$/, (unit) => ` ${unit === 'K' ? 'k' : unit}`);
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** A duration in seconds: `0.4 s`, `3.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `7 d`. The sign is dropped. */
export function seconds(amount: number): string {
  const size = Math.abs(amount);
  if (size < 9.95) return `${Number(size.toFixed(1))} s`;
  const rounded = Math.round(size);
  const index = units.findIndex(([, unit]) => rounded >= unit);
  const [name, unit] = units[index] ?? ['s', 1];
  if (unit === 1) return `${rounded} s`;
  const [smaller, part] = units[index + 1] ?? ['s', 1];
  const rest = Math.floor((rounded % unit) / part);
  return `${Math.floor(rounded / unit)} ${name}${rest === 0 ? '' : ` ${rest} ${smaller}`}`;
}

/** How long ago: `12 min ago`, `3 h ago`, `2 d ago`; `just now` within ten seconds. */
export function ago(at: string, now: Date): string {
  const size = (now.getTime() - Date.parse(at)) / 1000;
  if (size < 10) return 'just now';
  const [name, unit] = units.find(([, each]) => size >= each) ?? ['s', 1];
  return `${Math.floor(size / unit)} ${name} ago`;
}

/** A moment as people read it, with its zone: `2026-11-24 03:40 UTC`. */
export function moment(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The same as an element that gives the moment in ISO 8601 to machines and to a pointer that rests on it. */
export function time(at: string, words = moment(at)): Markup {
  return html`<time datetime="${at}" title="${at}">${words}</time>`;
}
