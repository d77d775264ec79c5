import { z } from 'zod';
import { percent } from '../../helpers/judge/words.ts';
import { type Pair, scatterSvg } from '../charts/scatter.ts';
import { html, type Markup, trusted } from '../html.ts';
import { quantity, time } from '../words.ts';
import { sitePage } from './frame.ts';
import { runLink, verdictWord } from './parts.ts';
import type { Site, SiteRun } from './site.ts';

const value = z.union([z.number(), z.boolean(), z.string(), z.null()]);
const bucket = z.object({
  from: z.string(),
  comparedCount: z.number(),
  differingCount: z.number(),
  worst: z.object({ oldAt: z.string(), old: value, newAt: z.string(), new: value }),
});
const column = z.object({
  old: z.string(),
  new: z.string(),
  comparedCount: z.number(),
  differingCount: z.number(),
  pairs: z.array(z.tuple([z.number(), z.number()])).optional(),
  buckets: z.array(bucket),
});
const stream = z.object({
  stream: z.string(),
  newStream: z.string(),
  from: z.string(),
  to: z.string(),
  sampleCount: z.number(),
  comparedCount: z.number(),
  columns: z.array(column),
});
const evidence = z.object({ agreement: z.object({ seen: z.array(stream).min(1) }) });

type Column = z.output<typeof column>;
type StreamComparison = z.output<typeof stream>;

/** Differing stretches of a column that are listed at most. */
const shownBuckets = 8;

/** Each column of both systems by the last run that compared them: the old value of a message against the new one. */
export function agreementPage(site: Site): string {
  const compared = lastComparison(site.runs);
  return sitePage(site, 'agreement.html', {
    title: 'Old against new',
    head: html`<p class="phase">The same messages in both systems</p><h1 class="words">Old against new</h1>
<p class="reason">Each dot is one message: its old value to the right, its new one upwards. What agrees lies on the diagonal.</p>`,
    main:
      compared === undefined
        ? html`<section aria-label="Comparison"><p>No run that is kept has compared them: <code>npm run verify:phase3</code> does.</p></section>`
        : html`<p class="lead">By ${runLink(compared.run, html`the run of ${time(compared.run.at)}`)}, ${verdictWord(compared.verdict)}.</p>
${compared.streams.map(streamSection)}`,
  });
}

function lastComparison(runs: readonly SiteRun[]) {
  for (const run of runs.toReversed()) {
    const result = run.evidence?.criteria.find(({ evidence: seen }) => evidence.safeParse(seen).success);
    if (result === undefined) continue;
    const streams = evidence.parse(result.evidence).agreement.seen;
    return { run, verdict: result.verdict.kind, streams };
  }
  return undefined;
}

function streamSection({ stream, newStream, from, to, sampleCount, comparedCount, columns }: StreamComparison): Markup {
  const share = sampleCount === 0 ? '' : ` (${percent(comparedCount / sampleCount)})`;
  return html`<section aria-labelledby="s-${stream}"><h2 id="s-${stream}">${stream}${stream !== newStream && html` → ${newStream}`}</h2>
<p class="lead">${time(from)} to ${time(to)}: <b data-figure="${stream} compared">${quantity(comparedCount)}</b> of <b data-figure="${stream} samples">${quantity(sampleCount)}</b> old samples have their message in the new system${share}.</p>
<div class="plots">${columns.map((each) => plot(each, stream))}</div>
${columns.filter(({ differingCount }) => differingCount > 0).map(differences)}
</section>`;
}

function plot(column: Column, stream: string): Markup {
  const { differingCount, comparedCount } = column;
  const words =
    differingCount === 0
      ? html`all agree`
      : html`<b class="word fail">${quantity(differingCount)} differ</b> of ${quantity(comparedCount)}`;
  const label = `${stream}, ${column.old} against ${column.new}: ${differingCount === 0 ? 'all agree' : `${differingCount} of ${comparedCount} differ`}`;
  const differing = column.buckets.flatMap(({ worst }) => pairOf(worst.old, worst.new));
  const pairs = column.pairs ?? [];
  const isDrawn = pairs.length + differing.length > 0;
  return html`<figure class="multiple"><figcaption>${column.old}${column.old !== column.new && html` → ${column.new}`}<br>${words}</figcaption>${
    isDrawn
      ? trusted(scatterSvg({ agreeing: pairs, differing }, label))
      : html`<p class="advises">no numbers to draw</p>`
  }</figure>`;
}

function differences({ old, new: name, buckets }: Column): Markup {
  const shown = buckets.toSorted((a, b) => b.differingCount - a.differingCount).slice(0, shownBuckets);
  return html`<h3>Where ${old} ${old === name ? 'differs' : html`and ${name} differ`}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Where ${old} differs"><table>
<thead><tr><th scope="col">From</th><th scope="col" class="number">Differ</th><th scope="col" class="number">Old, farthest apart</th><th scope="col" class="number">New</th></tr></thead>
<tbody>${shown.map(
    ({ from, differingCount, comparedCount, worst }) =>
      html`<tr><th scope="row">${time(from)}</th><td class="number">${differingCount} of ${comparedCount}</td><td class="number">${String(worst.old)}</td><td class="number">${String(worst.new)}</td></tr>`,
  )}</tbody></table></div>
${buckets.length > shown.length && html`<p class="advises">and ${buckets.length - shown.length} more such stretches, in the run’s evidence</p>`}`;
}

function pairOf(old: z.output<typeof value>, now: z.output<typeof value>): Pair[] {
  const [a, b] = [drawable(old), drawable(now)];
  return a === undefined || b === undefined ? [] : [[a, b]];
}

function drawable(each: z.output<typeof value>): number | undefined {
  return typeof each === 'number' || typeof each === 'boolean' ? Number(each) : undefined;
}
