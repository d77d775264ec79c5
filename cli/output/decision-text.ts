import wrapAnsi from 'wrap-ansi';
import { advice, partialNotice, type RunResult, rehearsalNotice } from '../../helpers/evidence/run.ts';
import type { VerdictKind } from '../../helpers/judge/verdict.ts';
import { duration } from '../../helpers/time-words.ts';
import type { Style } from './style.ts';
import { decisionColours, verdictLooks } from './symbols.ts';

/** The decision in large letters, of what it speaks, how many criteria had which verdict, and where the report lies. */
export function decisionText(run: RunResult, report: string | undefined, { colors, width }: Style): string {
  const { decision, reason } = run.decision;
  const colour = decisionColours[decision];
  const letters = `   ${[...decision].join(' ')}   `;
  const band = colors.inverse(colors.bold(colors[colour](letters)));
  const edge = colors.inverse(colors[colour](' '.repeat(letters.length)));
  const { name, context, server } = run.target;
  const where = [context, server].filter((part) => part !== undefined).join(', ');
  const partial = partialNotice(run);
  const lines = [
    ...(colors.isColorSupported ? [edge, band, edge, ''] : []),
    `${colors.bold(decision)}: ${run.phase.id}, ${lowerFirst(run.phase.title)}. ${upperFirst(reason)}.`,
    `target  ${colors.bold(name)}${where === '' ? '' : colors.dim(` (${where})`)}`,
    ...(run.target.rehearsal ? [colors.bold(colors.magenta(rehearsalNotice))] : []),
    ...standInLines(run),
    ...(partial === undefined ? [] : [colors.bold(`${upperFirst(partial)}.`)]),
    tally(run),
  ];
  // A path is copied: it is never wrapped.
  const wrapped = lines.flatMap((line) =>
    width === undefined ? line : wrapAnsi(line, Math.max(20, width - 2), { trim: false }).split('\n'),
  );
  if (report !== undefined) wrapped.push(`report  ${report}`);
  return wrapped.map((line) => `  ${line}`).join('\n');
}

function standInLines({ target: { standIns = [] } }: RunResult): string[] {
  return standIns.map((standIn, index) => `${index === 0 ? 'stand-in' : '        '}  ${standIn}`);
}

/** `12 pass, 1 FAIL, 1 waived; advice: 2; took 5.2 s` */
function tally(run: RunResult): string {
  const kinds = Object.keys(verdictLooks) as VerdictKind[];
  const counts = kinds.flatMap((kind) => {
    const count = run.criteria.filter(({ verdict }) => verdict.kind === kind).length;
    return count === 0 ? [] : [`${count} ${verdictLooks[kind].word}`];
  });
  const advised = advice(run.criteria).length;
  const took = duration((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
  return `${counts.join(', ')}; advice: ${advised === 0 ? 'none' : advised}; took ${took}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  // An id at the start stays as it is written.
  return /^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
