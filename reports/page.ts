import type { CriterionResult } from '../helpers/evidence/meta.ts';
import { advice, partialNotice, type RunResult, rehearsalNotice } from '../helpers/evidence/run.ts';
import type { Decision, VerdictKind } from '../helpers/judge/verdict.ts';
import { duration } from '../helpers/time-words.ts';
import { html, type Markup } from './html.ts';
import { charts } from './page/charts.ts';
import { briefCriterion, fullCriterion, sharedCause } from './page/criterion.ts';
import { logs } from './page/logs.ts';
import { reproduce } from './page/reproduce.ts';
import { verdictWords } from './page/words.ts';
import { documentOf, rehearsalBand } from './shell.ts';
import { time } from './words.ts';

const accents: Readonly<Record<Decision, VerdictKind>> = { GO: 'pass', 'NO-GO': 'fail', INCONCLUSIVE: 'inconclusive' };
const kinds = Object.keys(verdictWords) as VerdictKind[];

/** Where a page lies among others. Without them it stands alone, beside its data. */
export interface Surroundings {
  /** What leads to the other pages. */
  readonly navigation: Markup;
  /** The bundle of the run's evidence, as a link. */
  readonly bundle: string;
}

/** The page of one decision: a single HTML file that asks nobody for anything and needs no script. */
export function reportPage(run: RunResult, surroundings?: Surroundings): string {
  const { decision } = run.decision;
  const title = `${decision}: ${run.phase.id} on ${run.target.name}${run.target.rehearsal ? ` (${rehearsalNotice.toLowerCase()})` : ''}`;
  const body = html`${surroundings?.navigation}
${head(run)}
<main>
${problems(run)}
${kinds.map((kind) => group(run, kind))}
${logs(run)}
${charts(run)}
${reproduce(run)}
</main>
${foot(run, surroundings)}`;
  return documentOf(title, body);
}

function head(run: RunResult): Markup {
  const { decision, reason } = run.decision;
  const { name, context, server } = run.target;
  const place = [context, server].filter((part) => part !== undefined).join(' · ');
  const partial = partialNotice(run);
  return html`<header class="${accents[decision]}">
${rehearsalBand(run.target)}
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
  const took = duration((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
  return html`<ul class="tally">
${kinds.filter((kind) => count(kind) > 0).map((kind) => html`<li class="${kind}"><b>${count(kind)}</b> ${verdictWords[kind].many}</li>`)}
<li>advice: ${advised === 0 ? 'none' : html`<b class="plain">${advised}</b>`}</li>
<li class="took">${time(run.startedAt)}, took ${took}</li>
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

function foot(run: RunResult, surroundings: Surroundings | undefined): Markup {
  const { suite, node, config, configSha256 } = run.versions;
  return html`<footer><dl>
<dt>Started</dt><dd>${time(run.startedAt)}</dd>
<dt>Finished</dt><dd>${time(run.finishedAt)}</dd>
<dt>Suite</dt><dd>${suite}, Node ${node}</dd>
<dt>Configuration</dt><dd>${config}, SHA-256 ${configSha256}…</dd>
<dt>As data</dt><dd>${data(surroundings)}</dd>
</dl></footer>`;
}

function data(surroundings: Surroundings | undefined): readonly Markup[] {
  if (surroundings !== undefined) return [html`<a href="${surroundings.bundle}">the evidence bundle</a> (.tar.gz)`];
  const files = ['evidence.json', 'result.json', 'junit.xml', 'evidence.tar.gz'];
  return files.map((file, index) => html`${index > 0 && ', '}<a href="${file}">${file}</a>`);
}

function sentence(text: string): string {
  return `${/^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
