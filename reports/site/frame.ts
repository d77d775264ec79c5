import type { Decision, VerdictKind } from '../../helpers/judge/verdict.ts';
import { html, type Markup } from '../html.ts';
import { documentOf, rehearsalBand } from '../shell.ts';
import { moment, time } from '../words.ts';
import type { Site } from './site.ts';

/** The pages of a site that its navigation leads to, in its order, by their paths. */
const places = [
  ['index.html', 'Overview'],
  ['criteria.html', 'Criteria'],
  ['agreement.html', 'Old against new'],
  ['runs.html', 'Runs'],
  ['detection.html', 'What is detected'],
  ['rehearsals.html', 'Rehearsals'],
] as const;

export const accents: Readonly<Record<Decision, VerdictKind>> = {
  GO: 'pass',
  'NO-GO': 'fail',
  INCONCLUSIVE: 'inconclusive',
};

/** The links to the site's other pages, as they are written in the page at `path`. */
export function navigation(site: Pick<Site, 'hasAllure'>, path: string): Markup {
  const up = '../'.repeat(path.split('/').length - 1);
  const links = [...places, ...(site.hasAllure ? ([['allure/index.html', 'Allure']] as const) : [])];
  return html`<nav aria-label="Pages"><ul>${links.map(
    ([to, words]) => html`<li><a href="${up}${to}"${to === path && html` aria-current="page"`}>${words}</a></li>`,
  )}</ul></nav>`;
}

/** A page of the site: its navigation, of what it speaks, its content, and when it was made. */
export function sitePage(
  site: Site,
  path: string,
  page: { readonly title: string; readonly head: Markup; readonly main: Markup; readonly accent?: VerdictKind },
): string {
  const { target, madeAt } = site;
  const title = `${page.title} · ${target.name}${target.rehearsal ? ' (rehearsal)' : ''}`;
  return documentOf(
    title,
    html`${navigation(site, path)}
<header${page.accent && html` class="${page.accent}"`}>
${rehearsalBand(target)}
<div class="column">
${page.head}
</div>
</header>
<main>
${page.main}
</main>
<footer><p>Made ${time(madeAt.toISOString(), moment(madeAt.toISOString()))} from what was noted and kept of the target “${target.name}”. Ages are as of then; all times are UTC.</p></footer>`,
  );
}
