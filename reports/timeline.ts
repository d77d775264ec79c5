import { rehearsalNotice } from '../helpers/evidence/run.ts';
import { duration } from '../helpers/time-words.ts';
import type { ScenarioRecord, ScenarioTable, StepRecord } from '../scenarios/scenario/record.ts';
import { lanesSvg } from './charts/lanes.ts';
import { html, type Markup } from './html.ts';
import { documentOf } from './shell.ts';
import { time } from './words.ts';

/** The page of a scenario: its verdict, what flowed over its steps, what it measured. One file without a script. */
export function timelinePage(record: ScenarioRecord): string {
  const { name, title, passed } = record;
  const word = passed ? 'PASS' : 'FAIL';
  const body = html`<header class="${passed ? 'pass' : 'fail'}">
<p class="rehearsal">${rehearsalNotice} <span>What follows was played on a replica. It says nothing about the live cluster.</span></p>
<div class="column">
<p class="phase">Scenario ${name}</p>
<h1>${word}</h1>
<p class="target">${title}</p>
<p class="reason">${record.verdict}</p>
<ul class="tally"><li><b>${record.steps.length}</b> steps</li><li class="took">${time(record.startedAt)}, took ${duration((Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000)}</li></ul>
</div>
</header>
<main>
${flow(record)}
${record.tables.map(measured)}
<section class="steps"><h2>The steps</h2>${table({
    title: 'Steps',
    columns: ['', 'at', 'took', 'step', 'what came of it'],
    rows: record.steps.map((step, index) => stepRow(step, index, record.startedAt)),
  })}</section>
</main>
<footer><dl><dt>As data</dt><dd><a href="scenario.json">scenario.json</a></dd></dl></footer>`;
  return documentOf(`${word}: scenario ${name}`, body);
}

function flow({ flows, steps, startedAt, finishedAt }: ScenarioRecord): Markup | undefined {
  if (flows.every(({ rowsAtMs }) => rowsAtMs.length === 0)) return undefined;
  const label = `Rows of each stream over the ${steps.length} steps, which are listed below`;
  const drawing = lanesSvg(
    {
      fromMs: Date.parse(startedAt),
      toMs: Date.parse(finishedAt),
      lanes: flows.map(({ stream, system, rowsAtMs }) => ({
        name: stream,
        series: system === 'new' ? 0 : 1,
        atMs: rowsAtMs,
      })),
      steps: steps.map((step) => ({
        fromMs: Date.parse(step.startedAt),
        toMs: Date.parse(step.startedAt) + step.seconds * 1000,
        passed: step.passed,
      })),
    },
    label,
  );
  return html`<section id="figures"><h2>What flowed</h2><figure>
<figcaption><b>Rows of each stream over the steps</b><span>Each bar is how many rows a table got at that time; the numbers above are those of the steps.</span>
<ul class="key"><li><i style="background:var(--series-1)"></i>new system</li><li><i style="background:var(--series-2)"></i>old system</li></ul></figcaption>
<div class="scroll">${drawing}</div></figure></section>`;
}

function stepRow({ words, outcome, passed, startedAt, seconds }: StepRecord, index: number, from: string): string[] {
  const at = (Date.parse(startedAt) - Date.parse(from)) / 1000;
  return [String(index + 1), duration(at), duration(seconds), words, `${passed ? '' : 'FAILED: '}${outcome}`];
}

function measured(of: ScenarioTable): Markup {
  return html`<section><h2>${of.title}</h2>${table(of)}</section>`;
}

function table({ title, columns, rows }: ScenarioTable): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
