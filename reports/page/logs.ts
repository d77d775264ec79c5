import type { RunResult } from '../../helpers/evidence/run.ts';
import { html, type Markup } from '../html.ts';
import { logName, type QuotedLog, quotedLines, quotedLogs } from '../kept/logs.ts';
import { quantity, time } from '../words.ts';

/** Lines of one log that are shown; the whole of what was kept lies in the evidence. */
const shownLines = 60;

/** The lines around the errors that the run found in logs; undefined when it found none. */
export function logs(run: RunResult): Markup | undefined {
  const withErrors = quotedLogs(run).filter(({ errorCount }) => errorCount > 0);
  if (withErrors.length === 0) return undefined;
  return html`<section aria-labelledby="logs"><h2 id="logs">Logs, around errors</h2>
<p class="lead">Secrets are masked. Times are the container runtime’s.</p>
${withErrors.map(quoted)}</section>`;
}

function quoted(log: QuotedLog): Markup {
  const lines = quotedLines(log);
  const left = lines.length - shownLines;
  return html`<h3 class="id">${logName(log)}</h3>
<p class="advises">${quantity(log.errorCount)} of ${quantity(log.lineCount)} lines since ${time(log.windowStart)} are errors</p>
<ol class="log">${lines
    .slice(0, shownLines)
    .map(
      ({ at, text, isError }) => html`<li${isError && html` class="fail"`}>${time(at, at.slice(11, 19))} ${text}</li>`,
    )}</ol>
${left > 0 && html`<p class="advises">and ${left} lines more, in the evidence</p>`}`;
}
