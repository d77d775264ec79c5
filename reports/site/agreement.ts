import { html } from '../html.ts';
import { sitePage } from './frame.ts';
import type { Site } from './site.ts';

/** Each column of both systems, the old value against the new one. */
export function agreementPage(site: Site): string {
  return sitePage(site, 'agreement.html', {
    title: 'Old against new',
    head: html`<p class="phase">The same message in both systems</p><h1 class="words">Old against new</h1>`,
    main: html`<section><p>No run has compared them.</p></section>`,
  });
}
