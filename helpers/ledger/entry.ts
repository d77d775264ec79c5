import type { z } from 'zod';

/** What every line of a ledger has. */
export interface LedgerEntry {
  /** What was noted: `run`, `state-capture`, `backup`. */
  readonly kind: string;
  /** When, ISO 8601. */
  readonly at: string;
}

/** A kind of entry, and the form that its lines must have to be read. */
export interface EntryKind<Entry extends LedgerEntry> {
  readonly kind: Entry['kind'];
  readonly schema: z.ZodType<Entry>;
}
