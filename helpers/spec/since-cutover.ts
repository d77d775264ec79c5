import { lastCutover } from '../ledger/cutover.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Unobservable } from '../unobservable.ts';

/** When the old system was cut off. Throws `Unobservable` when the ledger knows of no cutover, or of one that was undone. */
export function sinceCutover(ledger: Ledger): Date {
  const at = lastCutover(ledger);
  if (at !== undefined) return new Date(at);
  throw new Unobservable('history', `the ledger ${ledger.file} knows of no cutover`, {
    hint: 'npm run cutover makes it and notes it; before it, npm run verify:phase3 says how the observation goes',
  });
}
