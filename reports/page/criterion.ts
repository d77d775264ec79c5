import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import type { Finding, Verdict } from '../../helpers/judge/verdict.ts';
import { ago } from '../../helpers/time-words.ts';
import { html, type Markup } from '../html.ts';
import { time } from '../words.ts';
import { shownEvidence } from './evidence.ts';
import { verdictWords } from './words.ts';

/** More findings than these are folded away. */
const shownFindings = 12;
/** More lines of what was observed than these are left to the findings, which tell them all. */
const shownLines = 3;
const columns = ['What was looked at', 'Verdict', 'Observed'] as const;

/** A criterion that does not pass, in full and in the one layout. */
export function fullCriterion(result: CriterionResult, now: Date): Markup {
  return html`<article id="${result.id}" class="${result.verdict.kind}">
${heading(result)}
${grounds(result, now)}
</article>`;
}

/** What its verdict rests on: expected, observed, since when, where to look, what next, and the evidence. */
export function grounds(result: CriterionResult, now: Date): Markup {
  const { verdict } = result;
  return html`<dl>
<dt>Expected</dt><dd>${verdict.expected}</dd>
<dt>Observed</dt><dd class="observed">${observedLines(verdict)}</dd>
${verdict.since && html`<dt>Since</dt><dd>${time(verdict.since)} (${ago(verdict.since, now)})</dd>`}
${verdict.look && html`<dt>Where to look</dt><dd><code>${verdict.look}</code></dd>`}
${verdict.hint && html`<dt>What next</dt><dd>${verdict.hint}</dd>`}
</dl>
${verdict.findings.length > 1 && findings(result)}
${evidence(result)}`;
}

function observedLines({ observed, findings }: Verdict): string {
  const lines = observed.split('\n');
  if (lines.length <= shownLines || findings.length < lines.length) return observed;
  return [...lines.slice(0, shownLines), `and ${lines.length - shownLines} more, below`].join('\n');
}

/** Criteria that do not pass for one and the same reason. */
export function sharedCause(results: readonly CriterionResult[]): Markup {
  const [first] = results;
  if (first === undefined) return html``;
  const { kind, observed, look, hint } = first.verdict;
  return html`<article class="${kind}">
<h3>${results.length} criteria, for one reason</h3>
<dl>
<dt>Observed</dt><dd class="observed">${observed}</dd>
${look && html`<dt>Where to look</dt><dd><code>${look}</code></dd>`}
${hint && html`<dt>What next</dt><dd>${hint}</dd>`}
<dt>Criteria</dt><dd><ul class="lines">${results.map(
    ({ id, gates, statement }) => html`<li id="${id}"><b>${id}</b>${!gates && ' (advises)'} ${statement}</li>`,
  )}</ul></dd>
</dl>
</article>`;
}

/** A criterion that holds or does not apply: what was observed in one line, the rest folded away. */
export function briefCriterion(result: CriterionResult): Markup {
  const { verdict } = result;
  return html`<article id="${result.id}" class="${verdict.kind}">
${heading(result)}
<p class="summary">${verdict.summary}</p>
<details><summary>What ${result.id} rests on</summary>
<dl><dt>Expected</dt><dd>${verdict.expected}</dd></dl>
${findings(result)}
${evidenceBlock(result)}
</details>
</article>`;
}

function heading({ id, gates, statement, plan }: CriterionResult): Markup {
  const note = [gates ? '' : 'advises', /^\d/.test(plan) ? `plan ${plan}` : '']
    .filter((part) => part !== '')
    .join(', ');
  return html`<h3><span class="id">${id}${note !== '' && html` <span class="advises">${note}</span>`}</span> <span class="statement">${statement}</span></h3>`;
}

function findings({ id, verdict }: CriterionResult): Markup {
  const shown = verdict.findings.slice(0, shownFindings);
  const folded = verdict.findings.slice(shownFindings);
  return html`${table(id, shown)}${
    folded.length > 0 &&
    html`<details><summary>${folded.length} more findings of ${id}</summary>${table(id, folded)}</details>`
  }`;
}

function table(id: string, rows: readonly Finding[]): Markup {
  const header = (name: string) => html`<th role="columnheader" scope="col">${name}</th>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Findings of ${id}"><table class="findings" role="table">
<thead role="rowgroup"><tr role="row">${columns.map(header)}</tr></thead>
<tbody role="rowgroup">${rows.map(row)}</tbody>
</table></div>`;
}

function row({ subject, verdict, observed, since: from, look }: Finding): Markup {
  const told =
    verdict === 'pass'
      ? undefined
      : html`${from && html`<br><span class="advises">since ${time(from)}</span>`}${look && html`<br><code>${look}</code>`}`;
  const cells = [subject, html`<span class="word">${verdictWords[verdict].one}</span>`, html`${observed}${told}`];
  // On a phone the cells stand one below the other, each with the name of its column.
  return html`<tr role="row" class="${verdict}">${cells.map(
    (cell, index) => html`<td role="cell" data-column="${columns[index]}">${cell}</td>`,
  )}</tr>`;
}

function evidence(result: CriterionResult): Markup | undefined {
  const block = evidenceBlock(result);
  return block && html`<details><summary>Evidence of ${result.id}</summary>${block}</details>`;
}

function evidenceBlock({ id, evidence }: CriterionResult): Markup | undefined {
  const text = shownEvidence(evidence);
  return text === undefined
    ? undefined
    : html`<pre tabindex="0" role="region" aria-label="Evidence of ${id} as JSON">${text}</pre>`;
}
