import { calendarOf } from '../../helpers/ledger/calendar.ts';
import { html, type Markup } from '../html.ts';
import { square } from './parts.ts';
import { phaseWords, type Site } from './site.ts';

/** Days that are shown at most: older ones are among the runs. */
const shownDays = 31;

/** Every night up to now: a row a phase, a column a day, the worst decision of each; undefined when there is no run. */
export function calendar({ runs, phases, madeAt }: Pick<Site, 'runs' | 'phases' | 'madeAt'>): Markup | undefined {
  const { days, rows } = calendarOf(runs, madeAt);
  if (rows.length === 0) return undefined;
  const first = Math.max(0, days.length - shownDays);
  const shown = days.slice(first);
  const ordered = rows
    .map((row) => ({ ...row, runs: row.runs.slice(first) }))
    .filter((row) => row.runs.some((run) => run !== undefined))
    .sort((a, b) => orderOf(a.phase, phases) - orderOf(b.phase, phases));
  const made = runs.some(({ isMade }) => isMade);
  return html`<section aria-labelledby="nights"><h2 id="nights">Nights</h2>
<p class="lead">The worst decision of each day (UTC). Each square leads to its run.</p>
<div class="scroll newest" tabindex="0" role="region" aria-label="A square for each night"><table class="calendar">
<thead>
<tr><td></td>${shown.map((day, index) => html`<th scope="col">${dayHead(day, index)}</th>`)}</tr>
</thead>
<tbody>${ordered.map(
    ({ phase, runs: cells }) =>
      html`<tr><th scope="row">${phaseWords(phase)}</th>${cells.map((run) =>
        run === undefined ? html`<td class="none"><span class="unseen">no run</span></td>` : square(run),
      )}</tr>`,
  )}</tbody></table></div>
<ul class="key"><li><i class="pass">✓</i>GO</li><li><i class="inconclusive">?</i>INCONCLUSIVE</li><li><i class="fail">✕</i>NO-GO</li><li><i class="none"></i>no run</li>${
    made && html`<li><i class="made">✓</i>made with the replica as its past</li>`
  }</ul>
</section>`;
}

/** The day of the month, with the month where one begins. */
function dayHead(day: string, index: number): Markup {
  const month = new Date(day).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const isNew = index === 0 || day.endsWith('-01');
  return html`<time datetime="${day}" title="${day}"><small>${isNew ? month : ''}</small>${Number(day.slice(8))}</time>`;
}

function orderOf(phase: string, phases: Site['phases']): number {
  return phases.findIndex(({ id }) => id === phase);
}
