import { type StateCapture, stateCaptureEntry } from '../capture/schema.ts';
import { type CutoverEntry, cutoverEntry } from '../cutover/schema.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Unobservable } from '../unobservable.ts';

/** The last cutover, if nobody has undone it. Throws `Unobservable` that names the command when there is none. */
export function lastCutover(ledger: Ledger): CutoverEntry {
  const last = ledger.entries(cutoverEntry).at(-1);
  if (last?.action === 'cutover') return last;
  const observed = last === undefined ? 'no cutover is noted' : `the cutover was undone at ${last.at}`;
  throw new Unobservable('history', `${observed} in ${ledger.file}: phase 5 has not begun`, {
    hint: 'npm run cutover makes it; until then npm run verify:phase4 is the command that fits',
  });
}

/** When the old system was cut off. Throws as `lastCutover` does. */
export function sinceCutover(ledger: Ledger): Date {
  return new Date(lastCutover(ledger).at);
}

/** The state that a cutover went by. Throws `Unobservable` when the ledger does not hold it. */
export function captureOf(cutover: CutoverEntry, ledger: Ledger): StateCapture {
  const capture = ledger.entries(stateCaptureEntry).findLast(({ at }) => at === cutover.capturedAt);
  if (capture !== undefined) return capture;
  throw new Unobservable(
    'history',
    `${ledger.file} does not hold the state that was captured at ${cutover.capturedAt}`,
    {
      hint: 'Lines of a ledger are never removed: was it restored from an older copy?',
    },
  );
}
