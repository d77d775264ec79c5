import type { RunResult } from '../../helpers/evidence/run.ts';
import { html, type Markup } from '../html.ts';

/** The commands that observe and decide the same again: all of the phase, and what did not hold alone. */
export function reproduce({ phase, target, versions, criteria }: RunResult): Markup {
  const script = phase.id.startsWith('ready-') ? phase.id.replace('ready-', 'ready:') : `verify:${phase.id}`;
  const command = `npm run ${script} -- --config ${versions.config} --target ${target.name}`;
  const open = criteria
    .filter((each) => each.phase === phase.id && ['fail', 'inconclusive'].includes(each.verdict.kind))
    .map(({ id }) => id);
  const only = open.length > 0 && open.length < phase.criteriaCount;
  return html`<section class="commands" aria-labelledby="reproduce"><h2 id="reproduce">To see it again</h2>
<code>${command}</code>
${only && html`<code>${command} --only ${open.join(',')}</code>`}</section>`;
}
