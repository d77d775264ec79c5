import type { Display } from './display.ts';
import { criterionLine } from './line.ts';
import type { Style } from './style.ts';

/** Where there is no terminal: one line for each criterion, as it finishes. */
export function plainDisplay(ids: readonly string[], style: Style, print: (line: string) => void): Display {
  const idWidth = Math.max(...ids.map((id) => id.length));
  return {
    step: (words) => print(style.colors.dim(words)),
    started() {},
    finished: (result) => print(criterionLine(result, idWidth, style)),
    close() {},
  };
}
