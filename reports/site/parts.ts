import type { VerdictKind } from '../../helpers/judge/verdict.ts';
import { html, type Markup } from '../html.ts';
import { verdictWords } from '../page/words.ts';
import { moment } from '../words.ts';
import { accents } from './frame.ts';
import { phaseWords, runName, type SiteRun } from './site.ts';

/** A decision as a word in its colour. */
export function decisionWord({ decision }: Pick<SiteRun, 'decision'>): Markup {
  return html`<b class="word ${accents[decision]}">${decision}</b>`;
}

/** A verdict as a word in its colour. */
export function verdictWord(kind: VerdictKind): Markup {
  return html`<b class="word ${kind}">${verdictWords[kind].one}</b>`;
}

/** Words that lead to the page of a run, where there is one. */
export function runLink(run: SiteRun, words: Markup | string, up = ''): Markup {
  return run.evidence === undefined ? html`${words}` : html`<a href="${up}runs/${runName(run)}.html">${words}</a>`;
}

/** A square of a calendar: the decision as a sign, in words for who cannot see it, and the page of its run. */
export function square(run: SiteRun, up = ''): Markup {
  const words = `${phaseWords(run.phase)}, ${moment(run.at)}: ${run.decision}. ${run.reason}`;
  const sign = html`<span aria-hidden="true">${signs[run.decision]}</span><span class="unseen">${words}</span>`;
  const inside =
    run.evidence === undefined ? sign : html`<a href="${up}runs/${runName(run)}.html" title="${words}">${sign}</a>`;
  return html`<td class="${accents[run.decision]}${run.isMade && ' made'}">${inside}</td>`;
}

/** What stands in a square, so that it can be told without its colour. */
const signs = { GO: '✓', 'NO-GO': '✕', INCONCLUSIVE: '?' } as const;
