import wrapAnsi from 'wrap-ansi';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { ago } from '../../helpers/time-words.ts';
import type { Style } from './style.ts';
import { verdictLooks } from './symbols.ts';

/** More lines than these stand in the report. */
const longestObserved = 12;
const labelWidth = 12;
const indent = ' '.repeat(4 + labelWidth);

/**
 * What does not hold, always in the one layout: criterion, expected, observed, since when, where to look, what the
 * plan says next. Criteria of which the same was observed (an API server that does not answer) are told together.
 */
export function problemText(results: readonly CriterionResult[], style: Style, now: Date): string {
  const groups = Map.groupBy(results, ({ verdict }) => [verdict.kind, verdict.observed, verdict.hint].join('\0'));
  return [...groups.values()].map((group) => groupText(group, style, now)).join('\n\n');
}

function groupText(group: readonly CriterionResult[], style: Style, now: Date): string {
  const [first] = group;
  if (first === undefined) return '';
  const { verdict } = first;
  const { sign, word, colour } = verdictLooks[verdict.kind];
  const { colors } = style;
  const names = group.map(({ id, gates }) => (gates ? id : `${id} (advises)`)).join(', ');
  const heading = `${colors[colour](`${sign} ${word}`)}  ${colors.bold(names)}`;
  const lines = [
    group.length === 1 ? field('criterion', first.statement, style) : undefined,
    group.length === 1 ? field('expected', verdict.expected, style) : undefined,
    field('observed', shortened(verdict.observed), style),
    verdict.since && field('since', `${verdict.since} (${ago(verdict.since, now)})`, style),
    // A command is copied: it is never wrapped.
    verdict.look && field('look', verdict.look, { ...style, width: undefined }),
    verdict.hint && field('next', verdict.hint, style),
  ];
  return [heading, ...lines.filter((line) => line !== undefined && line !== '')].join('\n');
}

function field(label: string, text: string, { colors, width }: Style): string {
  const wrapped = width === undefined ? text : wrapAnsi(text, Math.max(20, width - indent.length), { trim: false });
  return `    ${colors.dim(label.padEnd(labelWidth))}${wrapped.split('\n').join(`\n${indent}`)}`;
}

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= longestObserved) return text;
  return [...lines.slice(0, longestObserved), `and ${lines.length - longestObserved} more, in the report`].join('\n');
}
