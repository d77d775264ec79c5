import { readFileSync } from 'node:fs';
import { type RunTarget, rehearsalNotice } from '../helpers/evidence/run.ts';
import { html, type Markup, trusted } from './html.ts';

const style = trusted(
  ['./page.css', './site.css'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join(''),
);

/** A whole HTML document, one file: its style is in it, it runs no script and asks nobody for anything. */
export function documentOf(title: string, body: Markup): string {
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
${body}
</body>
</html>`}
`;
}

/** In large letters that a replica is spoken of, where one is. */
export function rehearsalBand({ name, rehearsal, timeScale, standIns = [] }: RunTarget): Markup | undefined {
  if (!rehearsal) return undefined;
  const stood = standIns.length === 0 ? '' : ` In it, ${standIns.join('; ')}.`;
  const pace = timeScale === 1 ? '' : `, at ${timeScale} times life’s pace`;
  return html`<p class="rehearsal">${rehearsalNotice} <span>What follows speaks of the replica “${name}”${pace}. It says nothing about the live cluster.${stood}</span></p>`;
}
