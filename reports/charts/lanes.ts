import { duration } from '../../helpers/time-words.ts';
import { html, type Markup } from '../html.ts';
import { seriesColours } from './bars.ts';

/** Moments in lanes under the steps of a story, over one axis of time. Times are in milliseconds since 1970. */
export interface Lanes {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lanes: readonly { readonly name: string; readonly series: 0 | 1; readonly atMs: readonly number[] }[];
  readonly steps: readonly { readonly fromMs: number; readonly toMs: number; readonly passed: boolean }[];
}

const width = 720;
const names = 150;
const bucketWidth = 3;
const laneHeight = 24;
const barHeight = 18;
const headHeight = 26;
const footHeight = 24;
/** A number needs so much room. */
const numberWidth = 13;

/** The lanes as SVG markup without a size of its own: it fills its column. It holds no script and refers to nothing. */
export function lanesSvg({ fromMs, toMs, lanes, steps }: Lanes, label: string): Markup {
  const span = Math.max(1, toMs - fromMs);
  const x = (atMs: number) => names + ((Math.min(Math.max(atMs, fromMs), toMs) - fromMs) / span) * (width - names);
  const bottom = headHeight + lanes.length * laneHeight;
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${bottom + footHeight}" xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="11.5" fill="currentColor">
${steps.map((step, index) => band(step, index, x, bottom))}
${lanes.map((lane, index) => drawn(lane, headHeight + index * laneHeight, x))}
<line x1="${names}" y1="${bottom}" x2="${width}" y2="${bottom}" stroke="currentColor" stroke-opacity="0.4"/>
${ticks(span / 1000).map((seconds) => tick(seconds, x(fromMs + seconds * 1000), bottom))}
</svg>`;
}

function band(
  { fromMs, toMs, passed }: Lanes['steps'][number],
  index: number,
  x: (ms: number) => number,
  bottom: number,
) {
  const [left, right] = [x(fromMs), x(toMs)];
  const wide = Math.max(1, right - left);
  const fill = passed ? 'currentColor' : 'var(--fail)';
  return html`<rect x="${left.toFixed(1)}" y="0" width="${wide.toFixed(1)}" height="${bottom}" fill="${fill}" fill-opacity="${passed ? (index % 2 === 0 ? 0.07 : 0.025) : 0.18}"/>${
    wide >= numberWidth &&
    html`<text x="${((left + right) / 2).toFixed(1)}" y="16" text-anchor="middle">${index + 1}</text>`
  }
`;
}

function drawn({ name, series, atMs }: Lanes['lanes'][number], top: number, x: (ms: number) => number): Markup {
  const buckets = Map.groupBy(atMs, (ms) => Math.floor((x(ms) - names) / bucketWidth));
  const most = Math.max(1, ...[...buckets.values()].map(({ length }) => length));
  const base = top + laneHeight - 3;
  const bars = [...buckets].map(([bucket, { length }]) => {
    const height = Math.max(2, (length / most) * barHeight);
    return html`<rect x="${names + bucket * bucketWidth}" y="${(base - height).toFixed(1)}" width="${bucketWidth - 0.6}" height="${height.toFixed(1)}"/>`;
  });
  return html`<text x="0" y="${base - 4}">${name}</text><line x1="${names}" y1="${base}" x2="${width}" y2="${base}" stroke="currentColor" stroke-opacity="0.15"/><g fill="${seriesColours[series]}">${bars}</g>
`;
}

function tick(seconds: number, x: number, bottom: number): Markup {
  return html`<text x="${x.toFixed(1)}" y="${bottom + 16}" text-anchor="middle" fill-opacity="0.7">${duration(seconds)}</text>`;
}

const tickSteps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Whole seconds, some six of them. */
function ticks(seconds: number): number[] {
  const step = tickSteps.find((each) => seconds / each <= 8) ?? 1200;
  return Array.from({ length: Math.floor(seconds / step) }, (_, index) => (index + 1) * step).filter(
    (at) => at < seconds * 0.97,
  );
}
