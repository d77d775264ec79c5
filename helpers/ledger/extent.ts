import type { Ledger } from './ledger.ts';

/** What a report says of the ledger that was read: where it lies, never all that stands in it. */
export function ledgerExtent({ file, tornLines }: Ledger): unknown {
  return { file, tornLines };
}
