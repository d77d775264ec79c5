import { rehearsalNotice } from '../../helpers/evidence/run.ts';
import { duration } from '../../helpers/time-words.ts';
import { moment } from '../../reports/words.ts';
import { decisionOf, type Night, openCriteria } from './night.ts';

/** Criteria that are told one by one. */
const shownCriteria = 20;

/** The night in Markdown: the decision, each phase, and what does not hold. */
export function summary(night: Night): string {
  const { target, rehearsal, startedAt, finishedAt, runs, trouble } = night;
  const took = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const parts = [
    `## ${decisionOf(night)}: ${code(target)}`,
    ...(rehearsal ? [`**${rehearsalNotice}**`] : []),
    `${moment(startedAt)}, took ${duration(took)}`,
    ...(trouble === undefined ? [] : [`**Not everything could be verified:** ${code(trouble)}`]),
    ...(runs.length === 0 ? [] : [phaseTable(night)]),
    ...criteria(night),
  ];
  return `${parts.join('\n\n')}\n`;
}

function phaseTable({ runs }: Night): string {
  const rows = runs.map(
    ({ phase, decision }) => `| ${phase.id} | ${phase.title} | **${decision.decision}** | ${cell(decision.reason)} |`,
  );
  return ['| phase | | decision | why |', '|---|---|---|---|', ...rows].join('\n');
}

function criteria(night: Night): string[] {
  const open = openCriteria(night);
  if (open.length === 0) return [];
  const lines = open.slice(0, shownCriteria).map(({ id, phase, verdict, statement, summary: told, look, hint }) => {
    const word = verdict === 'fail' ? 'fails' : 'could not be decided';
    const first = `- **${id}** ${word} (${phase}): ${code(night.tellsObservations ? told : statement)}`;
    if (!night.tellsObservations) return first;
    return [first, look && `  - look: ${code(look)}`, hint && `  - next: ${code(hint)}`]
      .filter((line) => line !== undefined && line !== '')
      .join('\n');
  });
  const more = open.length - lines.length;
  return ['### What does not hold', lines.join('\n'), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** Text that was observed, as code: nothing in it is markup, a link, or somebody's name. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}
