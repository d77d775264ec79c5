import { z } from 'zod';
import type { EntryKind } from './entry.ts';
import type { Ledger } from './ledger.ts';

const schema = z.object({
  kind: z.literal('cutover'),
  action: z.enum(['cutover', 'undo']),
  at: z.iso.datetime({ offset: true }),
});

const cutoverEntry: EntryKind<z.output<typeof schema>> = { kind: 'cutover', schema };

/** When the old system was cut off, by the ledger; undefined when it was not, or when that was undone since. */
export function lastCutover(ledger: Ledger): string | undefined {
  const last = ledger.entries(cutoverEntry).at(-1);
  return last?.action === 'cutover' ? last.at : undefined;
}
