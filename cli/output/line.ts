import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { duration } from '../../helpers/time-words.ts';
import type { Style } from './style.ts';
import { verdictLooks } from './symbols.ts';

/** One criterion in one line: `✔ P1.topics-fresh    5 topics, newest record 0.4 s to 12 s old  1.2 s`. */
export function criterionLine(result: CriterionResult, idWidth: number, { colors, width }: Style): string {
  const { kind, summary } = result.verdict;
  const { sign, word, colour } = verdictLooks[kind];
  const id = result.id.padEnd(idWidth);
  const took = result.durationMs > 0 ? `  ${duration(result.durationMs / 1000)}` : '';
  const verdict = kind === 'pass' ? '' : `${word}${result.gates ? '' : ' (advises)'}: `;
  const room = width === undefined ? undefined : width - `${sign} ${id}  ${verdict}${took}`.length - 1;
  const text = cut(summary.replaceAll(/\s+/g, ' '), room);
  return `${colors[colour](sign)} ${kind === 'pass' ? id : colors.bold(id)}  ${colors[colour](verdict)}${text}${colors.dim(took)}`;
}

/** At most so many characters, the last one a sign that some were cut off. */
export function cut(text: string, room: number | undefined): string {
  if (room === undefined || text.length <= room) return text;
  return `${text.slice(0, Math.max(0, room - 1))}…`;
}
