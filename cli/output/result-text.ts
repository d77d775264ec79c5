import type { RunResult } from '../../helpers/evidence/run.ts';
import type { VerifyOptions } from '../verify/options.ts';
import { terminalStyle } from './choose-display.ts';
import { decisionText } from './decision-text.ts';
import { criterionLine } from './line.ts';
import { problemText } from './problem-text.ts';
import type { Style } from './style.ts';

/** What is printed once the run is over: the whole result, its short form, or its JSON document. */
export async function resultText(
  run: RunResult,
  report: string | undefined,
  { json, short }: VerifyOptions,
): Promise<string> {
  if (json) {
    const { verifyDocument } = await import('./json-document.ts');
    return JSON.stringify(verifyDocument(run, report), undefined, 2);
  }
  const style = terminalStyle();
  return short ? shortText(run, report, style) : fullText(run, report, style);
}

/** What does not hold, failures first, then the decision. */
export function fullText(run: RunResult, report: string | undefined, style: Style): string {
  const now = new Date(run.finishedAt);
  const text = (kind: 'fail' | 'inconclusive') =>
    problemText(
      run.criteria.filter(({ verdict }) => verdict.kind === kind),
      style,
      now,
    );
  const problems = problemLines(run, style).join('\n');
  const parts = ['', text('fail'), text('inconclusive'), problems, decisionText(run, report, style)];
  return `${parts.filter((part, index) => index === 0 || part !== '').join('\n\n')}\n`.replace(/^\n\n/, '\n');
}

/** The decision, and one line for each criterion that does not pass; what to do next, where that is one thing for all. */
export function shortText(run: RunResult, report: string | undefined, style: Style): string {
  const others = run.criteria.filter(({ verdict }) => verdict.kind !== 'pass');
  const idWidth = Math.max(0, ...others.map(({ id }) => id.length));
  const [hint, ...otherHints] = new Set(others.map(({ verdict }) => verdict.hint));
  return [
    ...others.map((result) => criterionLine(result, idWidth, style)),
    ...(hint !== undefined && otherHints.length === 0 ? [`  next    ${hint}`] : []),
    ...problemLines(run, style),
    decisionText(run, report, style),
  ].join('\n');
}

function problemLines({ problems }: RunResult, { colors }: Style): string[] {
  return problems.map((problem) => colors.red(`The run itself: ${problem}`));
}
