import type { CutoverEntry } from '../cutover/schema.ts';
import type { Verdict } from './verdict.ts';

/** Before its phase has begun a criterion decides nothing; it names the command that fits. */
function notBegun(statement: string, observed: string, hint: string): Verdict {
  return {
    kind: 'inconclusive',
    summary: observed,
    expected: statement,
    observed,
    hint,
    findings: [{ subject: 'the phase', verdict: 'inconclusive', observed, hint }],
  };
}

/**
 * The cutover that holds, by the ledger's entries oldest first, or the verdict that it has not begun: none was made, or
 * the last one was undone.
 */
export function begunCutover(
  entries: readonly CutoverEntry[],
  statement: string,
): { readonly cutover: CutoverEntry } | { readonly verdict: Verdict } {
  const last = entries.at(-1);
  if (last?.action === 'cutover') return { cutover: last };
  const verdict =
    last === undefined
      ? notBegun(
          statement,
          'the ledger knows of no cutover',
          'Before it: npm run verify:phase4, then npm run cutover. If it was made by hand, npm run cutover -- --made-at TIME notes it and changes nothing.',
        )
      : notBegun(
          statement,
          `the cutover was undone at ${last.at}`,
          'npm run verify:rollback says whether the old system is back.',
        );
  return { verdict };
}

/** The undo that holds, and the cutover that it took back; or the verdict that nothing was rolled back. */
export function begunUndo(
  entries: readonly CutoverEntry[],
  statement: string,
): { readonly undo: CutoverEntry; readonly cutover: CutoverEntry | undefined } | { readonly verdict: Verdict } {
  const last = entries.at(-1);
  if (last?.action === 'undo') return { undo: last, cutover: entries.findLast(({ action }) => action === 'cutover') };
  const observed =
    last === undefined
      ? 'the ledger knows of no cutover, and of nothing that was undone'
      : 'the ledger knows of no undo of the cutover';
  return { verdict: notBegun(statement, observed, 'npm run cutover:undo rolls back and notes it.') };
}
