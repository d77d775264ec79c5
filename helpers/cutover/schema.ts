import { z } from 'zod';
import type { EntryKind } from '../ledger/entry.ts';

/** The ledger's entry of kind `cutover`: that the old system was scaled down, or, by an undo, up again. */
const name = z.string().min(1);
const instant = z.iso.datetime({ offset: true });

const scaled = z.strictObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: name,
  name,
  from: z.int().min(0),
  to: z.int().min(0),
  at: instant,
});

const schema = z.strictObject({
  kind: z.literal('cutover'),
  action: z.enum(['cutover', 'undo']),
  /** When its first change was made, on the API server's clock. */
  at: instant,
  /** When the last one could be seen to have worked; not there when it was broken off. */
  doneAt: instant.optional(),
  cluster: name,
  context: name,
  /** Who, as the API server knows them, from which machine. */
  by: name,
  /** When the state capture that it went by was made. */
  capturedAt: instant,
  /** True for an undo that also took the new system down (the plan's rollback, step 2). */
  newStopped: z.boolean(),
  scaled: z.array(scaled),
  /** Kustomizations that were suspended, or resumed by an undo: `flux-system/mqtt-input`. */
  owners: z.array(name),
});

export type CutoverEntry = z.output<typeof schema>;

export const cutoverEntry: EntryKind<CutoverEntry> = { kind: 'cutover', schema };
