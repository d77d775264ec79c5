import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import type { Display, ShownIds } from './display.ts';
import { criterionLine } from './line.ts';
import type { Style } from './style.ts';

/**
 * Where there is no terminal: one line for each criterion, as it finishes. Those that others are judged from are judged
 * first and told last, so that the phase's own are what is read first.
 */
export function plainDisplay({ own, parts }: ShownIds, style: Style, print: (line: string) => void): Display {
  const idWidth = Math.max(...[...own, ...parts].map((id) => id.length));
  const later: CriterionResult[] = [];
  const line = (result: CriterionResult) => print(criterionLine(result, idWidth, style));
  return {
    step: (words) => print(style.colors.dim(words)),
    started() {},
    finished(result) {
      if (!parts.includes(result.id)) return line(result);
      if (later.push(result) === parts.length)
        print(style.colors.dim(`${parts.length} criteria of other phases judged: told below`));
    },
    close: () => later.forEach(line),
  };
}
