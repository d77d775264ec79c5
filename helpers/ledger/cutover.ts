import { cutoverEntry } from '../cutover/schema.ts';
import type { Ledger } from './ledger.ts';

/** When the old system was cut off, by the ledger; undefined when it was not, or when that was undone since. */
export function lastCutover(ledger: Ledger): string | undefined {
  const last = ledger.entries(cutoverEntry).at(-1);
  return last?.action === 'cutover' ? last.at : undefined;
}
