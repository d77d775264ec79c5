import { ago } from '../../helpers/time-words.ts';
import type { DetectionRow } from '../../scenarios/detection/rows.ts';
import { html, type Markup } from '../html.ts';
import { time } from '../words.ts';
import { sitePage } from './frame.ts';
import { decisionWord, runLink } from './parts.ts';
import { phaseWords, type Site } from './site.ts';

/** Every run that was noted, the latest first. */
export function runsPage(site: Site): string {
  return sitePage(site, 'runs.html', {
    title: 'Runs',
    head: html`<p class="phase">Every run that was noted</p><h1 class="words">Runs</h1>`,
    main: html`<section aria-label="Runs">${
      site.runs.length === 0
        ? html`<p>None yet.</p>`
        : rows(
            'Runs',
            ['When', 'Phase', 'Decision', 'Why'],
            site.runs
              .toReversed()
              .map((run) => [
                html`${runLink(run, html`${time(run.at)}`)} <span class="advises when">${ago(run.at, site.madeAt)}</span>`,
                html`${phaseWords(run.phase)}${run.isPartial && html` <span class="advises">some criteria only</span>`}`,
                decisionWord(run),
                html`${run.reason}${run.isMade && html` <span class="advises">made with the replica as its past</span>`}`,
              ]),
          )
    }</section>`,
  });
}

/** What is planted in a replica, phase by phase, and what has to tell it. */
export function detectionPage(site: Site): string {
  const groups = [...Map.groupBy(site.detection, ({ phase }) => phase)];
  return sitePage(site, 'detection.html', {
    title: 'What is detected',
    head: html`<p class="phase">${site.detection.length} faults and obstacles, each planted in a replica</p>
<h1 class="words">What is detected</h1>
<p class="reason">A check that is never red proves nothing. Each of these is planted by the suite’s own tests, which expect the named criteria to tell it, and no other to change.</p>`,
    main: html`${groups.map(
      ([phase, faults]) => html`<section aria-labelledby="d-${phase}"><h2 id="d-${phase}">${phaseWords(phase)}</h2>
${rows(`Faults of ${phaseWords(phase)}`, ['What is wrong', 'Fails', 'Inconclusive', 'May follow'], faults.map(faultRow))}</section>`,
    )}`,
  });
}

function faultRow({ name, title, fails, inconclusive, mayFollow, embeddedOnly }: DetectionRow): Markup[] {
  return [
    html`${title} <span class="advises">${name}${embeddedOnly && `; in the embedded replica alone: ${embeddedOnly}`}</span>`,
    fails.length + inconclusive.length === 0 ? html`no verdict changes` : links(fails, 'fail'),
    links(inconclusive, 'inconclusive'),
    mayFollow.length === 0
      ? html`<span class="advises nothing">–</span>`
      : html`<span class="advises">${mayFollow.join(', ')}</span>`,
  ];
}

function links(ids: readonly string[], kind: 'fail' | 'inconclusive'): Markup {
  if (ids.length === 0) return html`<span class="advises nothing">–</span>`;
  return html`${ids.map((id, index) => html`${index > 0 && ' '}<a class="id ${kind}" href="criteria/${id}.html">${id}</a>`)}`;
}

/** The rehearsals that were kept, each with its timeline. */
export function rehearsalsPage(site: Site): string {
  return sitePage(site, 'rehearsals.html', {
    title: 'Rehearsals',
    head: html`<p class="phase">The migration, data gaps and the way back, played through on a replica</p><h1 class="words">Rehearsals</h1>`,
    main: html`<section aria-label="Rehearsals">${
      site.rehearsals.length === 0
        ? html`<p>None was kept.</p>`
        : rows(
            'Rehearsals',
            ['Rehearsal', 'When', 'Outcome'],
            site.rehearsals.map(({ name, title, at, passed, outcome }) => [
              html`<a href="rehearsals/${name}/index.html">${title}</a>`,
              at === undefined
                ? html`<span class="advises">not said</span>`
                : html`${time(at)} <span class="advises when">${ago(at, site.madeAt)}</span>`,
              html`${passed !== undefined && html`<b class="word ${passed ? 'pass' : 'fail'}">${passed ? 'as expected' : 'not as expected'}</b> `}${outcome ?? ''}`,
            ]),
          )
    }</section>`,
  });
}

/** A table whose cells stand one below the other on a phone, each with the name of its column. */
function rows(label: string, columns: readonly string[], cells: readonly (readonly Markup[])[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}, as a table"><table class="findings" role="table">
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${cells.map(
    (row) =>
      html`<tr role="row">${row.map((cell, index) => html`<td role="cell" data-column="${columns[index]}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
