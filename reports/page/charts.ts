import type { RunResult } from '../../helpers/evidence/run.ts';
import { duration } from '../../helpers/time-words.ts';
import { type Bars, barsSvg, seriesColours } from '../charts/bars.ts';
import { groupFigures, type StreamFigures, streamFigures, stretches } from '../charts/figures.ts';
import { html, type Markup, trusted } from '../html.ts';
import { quantity } from '../words.ts';

interface Figure extends Bars {
  readonly title: string;
  readonly caption: string;
  /** What the stroke across a row stands for. */
  readonly limitName?: string;
}

/** The run's figures as pictures, each with its numbers as a table; undefined when nothing was observed to draw. */
export function charts(run: RunResult): Markup | undefined {
  const figures = [freshness(run), lag(run), pace(run), movement(run)].filter((figure) => figure !== undefined);
  if (figures.length === 0) return undefined;
  return html`<section id="figures"><h2>In figures</h2>${figures.map(picture)}</section>`;
}

function freshness(run: RunResult): Figure | undefined {
  return figure(streamFigures(run), ({ recordAgeSeconds, rowAgeSeconds }) => [recordAgeSeconds, rowAgeSeconds], {
    title: 'How old the newest data is',
    caption:
      'Age of each stream’s newest record and newest row, on a logarithmic scale, against the limit it is held to.',
    series: ['newest record in the topic', 'newest row in the table'],
    limitOf: ({ stream }) => stream.freshnessSeconds,
    limitName: 'limit',
    scale: 'log',
    ticks: [0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400],
    format: (age) => (age < 0 ? `${duration(age)} ahead` : duration(age)),
  });
}

function lag(run: RunResult): Figure | undefined {
  const groups = groupFigures(run);
  if (groups.length === 0) return undefined;
  return {
    title: 'How far consumers are behind',
    caption:
      'Records of each stream that its consumer group has not committed yet, on a logarithmic scale, against the limit.',
    series: ['records not committed'],
    limitName: 'limit',
    scale: 'log',
    ticks: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000],
    format: quantity,
    rows: groups.map(({ stream, group, lagRecords, maxLagRecords }) => ({
      name: stream ?? group,
      values: [lagRecords],
      limit: maxLagRecords,
    })),
  };
}

function pace(run: RunResult): Figure | undefined {
  const { window } = stretches(run);
  return figure(streamFigures(run), ({ records, rows }) => [records, rows], {
    title: 'What came in and what was stored',
    caption: `Records in each stream’s topic and rows in its table${window ? `, ${between(window)} UTC` : ''}.`,
    series: ['records', 'rows'],
    scale: 'linear',
    format: quantity,
  });
}

/** Bars of fewer records than these, all of one length, show nothing that P1.lag does not say in words. */
const movementWorthDrawing = 10;

function movement(run: RunResult): Figure | undefined {
  const { apartSeconds } = stretches(run);
  if (!streamFigures(run).some(({ topicGrewBy = 0 }) => topicGrewBy >= movementWorthDrawing)) return undefined;
  const apart = apartSeconds === undefined ? '' : `, ${duration(apartSeconds)} apart`;
  return figure(streamFigures(run), ({ topicGrewBy, committedBy }) => [topicGrewBy, committedBy], {
    title: 'What moved between two readings',
    caption: `By how many records each topic grew between two readings${apart}, and by how many its group’s offset moved.`,
    series: ['topic grew by', 'group committed'],
    scale: 'linear',
    format: quantity,
  });
}

type Drawn = Omit<Figure, 'rows'> & { readonly limitOf?: (figures: StreamFigures) => number };

/** A row for each stream; undefined when none has a value. */
function figure(
  streams: readonly StreamFigures[],
  valuesOf: (figures: StreamFigures) => readonly (number | undefined)[],
  { limitOf, ...drawn }: Drawn,
): Figure | undefined {
  const rows = streams.map((figures) => ({
    name: figures.stream.name,
    values: valuesOf(figures),
    ...(limitOf === undefined ? {} : { limit: limitOf(figures) }),
  }));
  return rows.some(({ values }) => values.some((value) => value !== undefined)) ? { ...drawn, rows } : undefined;
}

function picture(figure: Figure): Markup {
  const { title, caption, series, limitName } = figure;
  const label = `${title}. ${caption} The numbers follow as a table.`;
  return html`<figure>
<figcaption><b>${title}</b><span>${caption}</span>
<ul class="key">${series.map((name, index) => html`<li><i style="background:${seriesColours[index]}"></i>${name}</li>`)}${
    limitName && html`<li><i class="limit" style="background:var(--limit)"></i>${limitName}</li>`
  }</ul></figcaption>
<div class="wide">${trusted(barsSvg(figure, label, 'wide'))}</div>
<div class="narrow">${trusted(barsSvg(figure, label, 'narrow'))}</div>
<details><summary>The numbers: ${lowerFirst(title)}</summary>${numbers(figure)}</details>
</figure>`;
}

function numbers({ title, rows, series, limitName, format }: Figure): Markup {
  const cell = (value: number | undefined) =>
    html`<td class="number">${value === undefined ? 'not observed' : format(value)}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table"><table>
<thead><tr><td></td>${[...series, ...(limitName === undefined ? [] : [limitName])].map(
    (name) => html`<th scope="col" class="number">${name}</th>`,
  )}</tr></thead>
<tbody>${rows.map(
    ({ name, values, limit }) =>
      html`<tr><th scope="row">${name}</th>${values.map(cell)}${limitName && cell(limit)}</tr>`,
  )}</tbody></table></div>`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `2026-11-24 04:15:13 to 04:17:13`; both dates where they differ. */
function between({ from, to }: { readonly from: string; readonly to: string }): string {
  const [fromDay, fromTime] = [from.slice(0, 10), from.slice(11, 19)];
  const [toDay, toTime] = [to.slice(0, 10), to.slice(11, 19)];
  return `${fromDay} ${fromTime} to ${fromDay === toDay ? '' : `${toDay} `}${toTime}`;
}
