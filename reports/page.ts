import { readFileSync } from 'node:fs';
import type { CriterionResult } from '../helpers/evidence/meta.ts';
import { advice, partialNotice, type RunResult, rehearsalNotice } from '../helpers/evidence/run.ts';
import { shortDuration } from '../helpers/evidence/words.ts';
import type { Decision, VerdictKind } from '../helpers/judge/verdict.ts';
import { html, type Markup, trusted } from './html.ts';
import { charts } from './page/charts.ts';
import { briefCriterion, fullCriterion, sharedCause } from './page/criterion.ts';
import { verdictWords } from './page/words.ts';

const accents: Readonly<Record<Decision, VerdictKind>> = { GO: 'pass', 'NO-GO': 'fail', INCONCLUSIVE: 'inconclusive' };
const kinds = Object.keys(verdictWords) as VerdictKind[];
const style = trusted(readFileSync(new URL('./page.css', import.meta.url), 'utf8'));

/** The page of one decision: a single HTML file that asks nobody for anything and needs no script. */
export function reportPage(run: RunResult): string {
  const { decision } = run.decision;
  const title = `${decision}: ${run.phase.id} on ${run.target.name}${run.target.rehearsal ? ` (${rehearsalNotice.toLowerCase()})` : ''}`;
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${head(run)}
<main>
${problems(run)}
${kinds.map((kind) => group(run, kind))}
${charts(run)}
</main>
${foot(run)}
</body>
</html>`}
`;
}

function head(run: RunResult): Markup {
  const { decision, reason } = run.decision;
  const { name, context, server, rehearsal, timeScale, standIns = [] } = run.target;
  const place = [context, server].filter((part) => part !== undefined).join(' · ');
  const partial = partialNotice(run);
  const stood = standIns.length === 0 ? '' : ` In it, ${standIns.join('; ')}.`;
  const pace = timeScale === 1 ? '' : `, at ${timeScale} times life’s pace`;
  return html`<header class="${accents[decision]}">
${
  rehearsal &&
  html`<p class="rehearsal">${rehearsalNotice} <span>What follows speaks of the replica “${name}”${pace}. It says nothing about the live cluster.${stood}</span></p>`
}
<div class="column">
<p class="phase">${run.phase.id.replace(/(\d+)$/, ' $1').replace(/^p/, 'P')} · ${run.phase.title}</p>
<h1>${decision}</h1>
<p class="target">on <strong>${name}</strong>${place !== '' && html` <small>${place}</small>`}</p>
<p class="reason">${sentence(reason)}${partial && html` <strong>${sentence(partial)}</strong>`}</p>
${tally(run)}
</div>
</header>`;
}

function tally(run: RunResult): Markup {
  const count = (kind: VerdictKind) => run.criteria.filter(({ verdict }) => verdict.kind === kind).length;
  const advised = advice(run.criteria).length;
  const took = shortDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
  return html`<ul class="tally">
${kinds.filter((kind) => count(kind) > 0).map((kind) => html`<li class="${kind}"><b>${count(kind)}</b> ${verdictWords[kind].many}</li>`)}
<li>advice: ${advised === 0 ? 'none' : html`<b class="plain">${advised}</b>`}</li>
<li class="took"><time datetime="${run.startedAt}">${run.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>, took ${took}</li>
</ul>`;
}

function problems({ problems }: RunResult): Markup | undefined {
  if (problems.length === 0) return undefined;
  return html`<section class="inconclusive"><h2>The run itself had trouble</h2>
<p class="lead">This is no statement about the target.</p>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></section>`;
}

function group(run: RunResult, kind: VerdictKind): Markup | undefined {
  const results = run.criteria.filter(({ verdict }) => verdict.kind === kind);
  if (results.length === 0) return undefined;
  const brief = kind === 'pass' || kind === 'not-applicable';
  return html`<section class="${kind}${brief && ' brief'}" aria-labelledby="group-${kind}">
<h2 id="group-${kind}">${verdictWords[kind].group}</h2>
<p class="lead">${verdictWords[kind].lead}</p>
${brief ? results.map(briefCriterion) : byCause(results, new Date(run.finishedAt))}
</section>`;
}

/** In full, but what has one cause (an API server that does not answer) is told once. */
function byCause(results: readonly CriterionResult[], now: Date): readonly Markup[] {
  const causes = Map.groupBy(results, ({ verdict }) => `${verdict.observed}\n${verdict.hint ?? ''}`);
  return [...causes.values()].flatMap((group) =>
    group.length > 2 ? sharedCause(group) : group.map((result) => fullCriterion(result, now)),
  );
}

function foot(run: RunResult): Markup {
  const { suite, node, config, configSha256 } = run.versions;
  return html`<footer><dl>
<dt>Started</dt><dd>${run.startedAt}</dd>
<dt>Finished</dt><dd>${run.finishedAt}</dd>
<dt>Suite</dt><dd>${suite}, Node ${node}</dd>
<dt>Configuration</dt><dd>${config}, SHA-256 ${configSha256}…</dd>
<dt>As data</dt><dd><a href="evidence.json">evidence.json</a>, <a href="result.json">result.json</a>, <a href="junit.xml">junit.xml</a></dd>
</dl></footer>`;
}

function sentence(text: string): string {
  return `${/^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
