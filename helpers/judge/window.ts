/** A stretch of time, ISO 8601, [from, to). */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface PlannedOutage extends Span {
  readonly reason: string;
}

/** The time that is judged: a stretch before now, and what is left of it without the planned outages. */
export interface Window extends Span {
  readonly seconds: number;
  /** What is judged, oldest first; together with `taken` it is the whole window. */
  readonly spans: readonly Span[];
  /** The outages that lie in the window, cut to it. */
  readonly taken: readonly PlannedOutage[];
}

/** The window of `seconds` that ends at `to`, with planned outages taken out. */
export function windowBefore(to: Date, seconds: number, outages: readonly PlannedOutage[]): Window {
  const from = new Date(to.getTime() - seconds * 1000);
  return windowBetween(from, to, outages);
}

/** The window [from, to) with planned outages taken out. Outages may overlap each other and the window's ends. */
export function windowBetween(from: Date, to: Date, outages: readonly PlannedOutage[]): Window {
  const taken = outages
    .map((outage) => ({
      start: Math.max(from.getTime(), Date.parse(outage.from)),
      end: Math.min(to.getTime(), Date.parse(outage.to)),
      reason: outage.reason,
    }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const spans: Span[] = [];
  let cursor = from.getTime();
  for (const { start, end } of taken) {
    if (start > cursor) spans.push(span(cursor, start));
    cursor = Math.max(cursor, end);
  }
  if (cursor < to.getTime()) spans.push(span(cursor, to.getTime()));
  return {
    ...span(from.getTime(), to.getTime()),
    seconds: (to.getTime() - from.getTime()) / 1000,
    spans,
    taken: taken.map(({ start, end, reason }) => ({ ...span(start, end), reason })),
  };
}

/** Whether a moment lies in what is judged of the window. */
export function inWindow(window: Window, at: string): boolean {
  const moment = Date.parse(at);
  return window.spans.some(({ from, to }) => Date.parse(from) <= moment && moment < Date.parse(to));
}

/** Seconds of the window that are judged. */
export function judgedSeconds(window: Window): number {
  return window.spans.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0);
}

/** What was taken out of the window, for the words of a verdict; empty when nothing was. */
export function takenWords(window: Window): string {
  if (window.taken.length === 0) return '';
  const outages = window.taken.map(({ from, to, reason }) => `${from} to ${to} (${reason})`);
  return `; planned maintenance taken out: ${outages.join(', ')}`;
}

function span(from: number, to: number): Span {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
