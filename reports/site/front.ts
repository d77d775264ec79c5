import { worst } from '../../helpers/ledger/calendar.ts';
import { ago } from '../../helpers/time-words.ts';
import { html, type Markup } from '../html.ts';
import { moment, time } from '../words.ts';
import { calendar } from './calendar.ts';
import { accents, sitePage } from './frame.ts';
import { decisionWord, runLink, verdictWord } from './parts.ts';
import { phaseWords, type Site, type SiteRun } from './site.ts';
import { type Standing, standing } from './standing.ts';
import { streamCharts } from './stream-charts.ts';

/** The page that opens first: how the last night was, how far the migration has come, and what stands in its way. */
export function frontPage(site: Site): string {
  const night = lastNight(site.runs);
  const shown = worst(night);
  const where = standing(site);
  return sitePage(site, 'index.html', {
    title: shown === undefined ? 'Nothing verified yet' : `${shown.decision}, ${moment(shown.at)}`,
    ...(shown === undefined ? {} : { accent: accents[shown.decision] }),
    head: shown === undefined ? noRun() : head(site, shown, night),
    main: html`${unreadable(site)}
${progress(where, site)}
${calendar(site)}
${streamCharts(site)}`,
  });
}

/** The whole runs of the last day on which there were any. */
function lastNight(runs: readonly SiteRun[]): readonly SiteRun[] {
  const whole = runs.filter(({ isPartial }) => !isPartial);
  const day = whole.at(-1)?.at.slice(0, 10);
  const ofDay = whole.filter(({ at }) => at.slice(0, 10) === day);
  // Of a phase that was verified more than once the last run counts: what failed at noon may be mended by night.
  return [...new Map(ofDay.map((run) => [run.phase, run])).values()];
}

function noRun(): Markup {
  return html`<p class="phase">The migration of the telemetry pipeline</p>
<h1>Nothing yet</h1>
<p class="reason">No run of this target was noted. <code>npm run verify:phase1</code> makes the first.</p>`;
}

function head({ target, madeAt }: Site, shown: SiteRun, night: readonly SiteRun[]): Markup {
  const place = [target.context, target.server].filter((part) => part !== undefined).join(' · ');
  return html`<p class="phase">The last night, ${time(shown.at)} <span class="advises when">(${ago(shown.at, madeAt)})</span></p>
<h1>${shown.decision}</h1>
<p class="target">on <strong>${target.name}</strong>${place !== '' && html` <small>${place}</small>`}</p>
<ul class="decisions">${night.map(
    (run) => html`<li>${decisionWord(run)} <span>${runLink(run, phaseWords(run.phase))}: ${run.reason}.</span></li>`,
  )}</ul>`;
}

function unreadable({ unreadable }: Site): Markup | undefined {
  if (unreadable.length === 0) return undefined;
  return html`<section class="inconclusive"><h2>Kept, and not readable</h2>
<p class="lead">What these runs observed is missing below.</p>
<ul>${unreadable.map((each) => html`<li>${each}</li>`)}</ul></section>`;
}

function progress({ way, reached, gate }: Standing, { cutover }: Site): Markup {
  const act =
    cutover === undefined
      ? undefined
      : html`<p class="lead">${cutover.action === 'cutover' ? 'Cut over' : 'The cutover was undone'} ${time(cutover.at)}.</p>`;
  return html`<section aria-labelledby="progress"><h2 id="progress">How far the migration is</h2>
${act}
<ol class="way">${way.map(
    ({ id, title, state, run }) =>
      html`<li class="${state}"${state === 'next' && html` aria-current="step"`}><span class="step">${
        run === undefined ? phaseWords(id) : runLink(run, phaseWords(id))
      }</span> <span class="title">${title}</span> <span class="state">${stateWords[state]}</span></li>`,
  )}</ol>
<div class="glance">
<div><h3>Reached</h3><p>${reached === undefined ? 'nothing yet' : html`<b>${phaseWords(reached.id)}</b> ${lowerFirst(reached.title)}`}</p></div>
<div><h3>Next gate</h3><p>${gate === undefined ? 'none: all is done' : html`<b>${phaseWords(gate.id)}</b> ${lowerFirst(gate.title)}`}</p></div>
</div>
${gate !== undefined && inTheWay(gate)}
</section>`;
}

const stateWords = { done: 'done', next: 'next', ahead: '' } as const;

function inTheWay({ id, run, obstacles }: NonNullable<Standing['gate']>): Markup {
  const command = `npm run ${id.startsWith('ready-') ? id.replace('ready-', 'ready:') : `verify:${id}`}`;
  if (run === undefined) {
    return html`<h3>What stands in its way</h3>
<p>It has not been verified: <code>${command}</code>.</p>`;
  }
  return html`<h3>What stands in its way</h3>
<p class="lead">By ${runLink(run, html`the run of ${time(run.at)}`)}, ${decisionWord(run)}.</p>
<ul class="obstacles">${
    obstacles.length === 0
      ? html`<li>${run.reason}.</li>`
      : obstacles.map(
          ({ id: criterion, verdict, summary }) =>
            html`<li>${verdictWord(verdict)} <a class="id" href="criteria/${criterion}.html">${criterion}</a> <span>${summary}</span></li>`,
        )
  }</ul>`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
