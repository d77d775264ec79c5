import { duration } from '../../helpers/time-words.ts';
import { type Nights, nightsSvg } from '../charts/nights.ts';
import { html, type Markup, trusted } from '../html.ts';
import { moment, quantity, time } from '../words.ts';
import type { Site } from './site.ts';
import { type StreamHistory, type StreamNight, streamHistories } from './streams.ts';

/** A figure of a stream over the nights. */
interface Measure {
  readonly name: keyof StreamNight;
  readonly title: string;
  readonly scale: Nights['scale'];
  readonly format: (value: number) => string;
  readonly limitOf?: (stream: StreamHistory) => number;
}

const measures: readonly Measure[] = [
  { name: 'rowsPerHour', title: 'Rows stored an hour', scale: 'linear', format: rate },
  {
    name: 'rowAgeSeconds',
    title: 'Age of the newest row',
    scale: 'log',
    format: duration,
    limitOf: ({ freshnessSeconds }) => freshnessSeconds,
  },
  {
    name: 'lagRecords',
    title: 'Records not committed',
    scale: 'log',
    format: quantity,
    limitOf: ({ maxLagRecords }) => maxLagRecords,
  },
];

/** Each stream over the nights that were kept: rate, freshness and lag side by side, what is missing marked. */
export function streamCharts(site: Pick<Site, 'runs'>): Markup | undefined {
  const streams = streamHistories(site.runs.flatMap(({ evidence }) => evidence ?? [])).filter(
    ({ nights, gaps }) => nights.length > 0 || gaps.length > 0,
  );
  if (streams.length === 0) return undefined;
  const times = streams.flatMap(({ nights, gaps }) => [...nights.map(({ at }) => at), ...gaps.map(({ from }) => from)]);
  const span = spanOf(times.sort());
  return html`<section aria-labelledby="streams"><h2 id="streams">Streams</h2>
<p class="lead">Each stream by the last run of each day. Dashed: its limit. Shaded: no rows for longer than it may pause.</p>
${streams.map((stream) => panel(stream, span))}
</section>`;
}

/** Whole days around what is shown. */
function spanOf(times: readonly string[]): { readonly from: string; readonly to: string } {
  const [first = '', last = ''] = [times[0], times.at(-1)];
  const next = new Date(Date.parse(last.slice(0, 10)) + 86_400_000).toISOString();
  return { from: `${first.slice(0, 10)}T00:00:00.000Z`, to: next };
}

function panel(stream: StreamHistory, span: { readonly from: string; readonly to: string }): Markup {
  const { name, topic, table, nights, gaps } = stream;
  return html`<article class="stream"><h3>${name} <small>${topic} → ${table}</small></h3>
<div class="multiples">${measures.map((measure) => multiple(measure, stream, span))}</div>
${
  gaps.length > 0 &&
  html`<ul class="gaps">${gaps.map(({ from, to }) => {
    const size = (Date.parse(to) - Date.parse(from)) / 1000;
    return html`<li data-gap="${from}"><b class="word fail">gap</b> of <b>${duration(size)}</b>, ${time(from)} to ${time(to)}</li>`;
  })}</ul>`
}
<details><summary>The numbers of ${name}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${name}, night by night"><table>
<thead><tr><th scope="col">Night</th>${measures.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${nights.map(
    (night) =>
      html`<tr><th scope="row">${time(night.at)}</th>${measures.map((measure) => cell(measure, stream, night))}</tr>`,
  )}</tbody></table></div></details>
</article>`;
}

function multiple(measure: Measure, stream: StreamHistory, span: { from: string; to: string }): Markup {
  const { name, title, scale, format, limitOf } = measure;
  const limit = limitOf?.(stream);
  const latest = stream.nights.findLast((night) => night[name] !== undefined);
  const words =
    latest === undefined
      ? 'not observed'
      : `last ${format(latest[name] ?? 0)}, ${moment(latest.at)}${limit === undefined ? '' : `, limit ${format(limit)}`}`;
  const label = `${stream.name}: ${title.toLowerCase()}, night by night; ${words}. The numbers follow as a table.`;
  const drawn = {
    ...span,
    points: stream.nights.map((night) => ({ at: night.at, value: night[name] })),
    gaps: stream.gaps,
    scale,
    format,
    ...(limit === undefined ? {} : { limit }),
  };
  return html`<figure class="multiple"><figcaption>${title}${
    limit !== undefined && html` <span>limit ${format(limit)}</span>`
  }</figcaption>${latest === undefined ? html`<p class="advises">not observed</p>` : trusted(nightsSvg(drawn, label))}</figure>`;
}

function cell(
  { name, format }: Measure,
  { name: stream }: StreamHistory,
  night: StreamHistory['nights'][number],
): Markup {
  const value = night[name];
  const place = `${stream} ${name} ${night.at}`;
  return value === undefined
    ? html`<td class="number">not observed</td>`
    : html`<td class="number" data-figure="${place}" title="${value}">${format(value)}</td>`;
}

/** Rows an hour, with a decimal where they are few. */
function rate(rows: number): string {
  return `${rows < 10 ? Number(rows.toFixed(1)) : quantity(Math.round(rows))}/h`;
}
