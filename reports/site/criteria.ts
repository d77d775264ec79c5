import type { VerdictKind } from '../../helpers/judge/verdict.ts';
import { ago } from '../../helpers/time-words.ts';
import type { DetectionRow } from '../../scenarios/detection/rows.ts';
import type { Criterion } from '../../specs/criteria.ts';
import { html, type Markup } from '../html.ts';
import { grounds } from '../page/criterion.ts';
import { verdictWords } from '../page/words.ts';
import { moment, time } from '../words.ts';
import { sitePage } from './frame.ts';
import { runLink, verdictWord } from './parts.ts';
import { phaseWords, type Site, type SiteRun } from './site.ts';

/** What a criterion came to in one run. */
interface Outcome {
  readonly run: SiteRun;
  readonly verdict: VerdictKind;
  readonly summary: string;
}

/** Runs that a criterion's history shows unfolded. */
const unfolded = 14;
/** Outcomes that a row of squares shows at most. */
const shownOutcomes = 31;
const signs: Readonly<Record<VerdictKind, string>> = {
  pass: '✓',
  fail: '✕',
  inconclusive: '?',
  waived: 'w',
  'not-applicable': '–',
};

/** Every criterion with what it last came to, phase by phase. */
export function criteriaPage(site: Site): string {
  const groups = [...Map.groupBy(site.criteria, ({ phase }) => phase)];
  return sitePage(site, 'criteria.html', {
    title: 'Criteria',
    head: html`<p class="phase">What has to hold, phase by phase</p><h1 class="words">Criteria</h1>`,
    main: html`${groups.map(
      ([phase, rows]) => html`<section aria-labelledby="${phase}"><h2 id="${phase}">${phaseWords(phase)}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Criteria of ${phaseWords(phase)}"><table class="findings" role="table">
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => overviewRow(row, site))}</tbody></table></div></section>`,
    )}`,
  });
}

const columns = ['Criterion', 'Last', 'Holds when'] as const;

function overviewRow(criterion: Criterion, site: Site): Markup {
  const last = outcomes(criterion.id, site.runs).at(-1);
  const cells = [
    html`<a class="id" href="criteria/${criterion.id}.html">${criterion.id}</a>${!criterion.gates && html` <span class="advises">advises</span>`}`,
    last === undefined
      ? html`<span class="advises">not judged</span>`
      : html`${verdictWord(last.verdict)} <span class="advises when">${ago(last.run.at, site.madeAt)}</span>`,
    criterion.statement,
  ];
  return html`<tr role="row">${cells.map(
    (cell, index) => html`<td role="cell" data-column="${columns[index]}">${cell}</td>`,
  )}</tr>`;
}

/** A criterion: what it last came to and why, its history, and the faults that turn it red. */
export function criterionPage(criterion: Criterion, site: Site): string {
  const history = outcomes(criterion.id, site.runs);
  const last = history.at(-1);
  const result = last?.run.evidence?.criteria.find(({ id }) => id === criterion.id);
  return sitePage(site, `criteria/${criterion.id}.html`, {
    title: criterion.id,
    ...(last === undefined ? {} : { accent: last.verdict }),
    head: html`<p class="phase"><span class="id">${criterion.id}</span> · ${phaseWords(criterion.phase)}${
      /^\d/.test(criterion.plan) && `, plan ${criterion.plan}`
    } · ${criterion.gates ? 'gates' : 'advises'}</p>
<h1 class="words">${last === undefined ? 'Not judged yet' : upperFirst(verdictWords[last.verdict].one)}</h1>
<p class="reason">${upperFirst(criterion.statement)}.</p>`,
    main: html`${
      last !== undefined &&
      html`<section aria-labelledby="last"><h2 id="last">The last time</h2>
<p class="lead">${runLink(last.run, html`${phaseWords(last.run.phase)}, ${time(last.run.at)}`, '../')} <span class="advises">(${ago(last.run.at, site.madeAt)})</span></p>
${result === undefined ? html`<p>${last.summary}</p>` : grounds(result, new Date(last.run.at))}</section>`
    }
${historyOf(history)}
${detectedBy(criterion, site.detection)}`,
  });
}

function outcomes(id: string, runs: readonly SiteRun[]): Outcome[] {
  return runs.flatMap((run) =>
    run.criteria.filter((each) => each.id === id).map(({ verdict, summary }) => ({ run, verdict, summary })),
  );
}

function historyOf(history: readonly Outcome[]): Markup | undefined {
  if (history.length === 0) return undefined;
  const latest = history.toReversed();
  const held = history.filter(({ verdict }) => verdict === 'pass').length;
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
<p class="lead">It held in ${held} of ${history.length} runs.</p>
<ol class="squares">${history
    .slice(-shownOutcomes)
    .map(
      ({ run, verdict }) =>
        html`<li class="${verdict}"><span title="${moment(run.at)}: ${verdictWords[verdict].one}"><span aria-hidden="true">${signs[verdict]}</span><span class="unseen">${moment(run.at)}: ${verdictWords[verdict].one}</span></span></li>`,
    )}</ol>
${historyTable('The last runs', latest.slice(0, unfolded))}
${
  latest.length > unfolded &&
  html`<details><summary>${latest.length - unfolded} earlier runs</summary>${historyTable('Earlier runs', latest.slice(unfolded))}</details>`
}</section>`;
}

function historyTable(label: string, rows: readonly Outcome[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="history">
<thead><tr><th scope="col">Run</th><th scope="col">Verdict</th><th scope="col">In one line</th></tr></thead>
<tbody>${rows.map(
    ({ run, verdict, summary }) =>
      html`<tr><th scope="row">${runLink(run, html`${time(run.at)}`, '../')} <span class="advises">${phaseWords(run.phase)}</span></th><td>${verdictWord(verdict)}</td><td>${summary}</td></tr>`,
  )}</tbody></table></div>`;
}

function detectedBy({ id }: Criterion, detection: readonly DetectionRow[]): Markup | undefined {
  const red = detection.filter(({ fails }) => fails.includes(id));
  const grey = detection.filter(({ inconclusive }) => inconclusive.includes(id));
  if (red.length + grey.length === 0) return undefined;
  const list = (words: string, rows: readonly DetectionRow[]) =>
    rows.length > 0 &&
    html`<h3>${words}</h3><ul>${rows.map(({ name, title }) => html`<li>${title} <span class="advises">${name}</span></li>`)}</ul>`;
  return html`<section aria-labelledby="detects"><h2 id="detects">What is planted to see that it tells</h2>
${list('It fails when', red)}${list('It is inconclusive when', grey)}</section>`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
