import { z } from 'zod';
import type { EntryKind } from '../ledger/entry.ts';

const table = z.object({
  table: z.string(),
  rowCount: z.number(),
  timeColumn: z.string().exactOptional(),
  oldestAt: z.string().exactOptional(),
  newestAt: z.string().exactOptional(),
  columns: z.record(z.string(), z.object({ filledCount: z.number(), checksum: z.string() })),
});

const version = z.object({
  postgres: z.string(),
  timescale: z.object({ version: z.string(), edition: z.enum(['community', 'Apache']) }).exactOptional(),
});

const sums = z.object({ at: z.string(), version, tables: z.array(table) });

/** The ledger's entry of a backup: what was dumped, from where, and what the very snapshot of the dump held. */
const backup = z.object({
  kind: z.literal('backup'),
  at: z.string(),
  /** Name within the directory of migration.yaml. */
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  database: z.object({ namespace: z.string(), service: z.string(), database: z.string() }),
  sums,
  /** When its copy elsewhere was seen to be there, where migration.yaml says how to make one. */
  storedAt: z.string().exactOptional(),
});

/** The ledger's entry of a backup that was restored and compared. It is not done again for the same bytes. */
const restoreProof = z.object({
  kind: z.literal('restore-proof'),
  at: z.string(),
  sha256: z.string(),
  /** Where: in a container, on a server that was named, in the replica's engine. */
  had: z.enum(['container', 'server', 'embedded']),
  version,
  tables: z.array(table),
  seconds: z.number(),
});

export type BackupEntry = z.output<typeof backup>;
export const backupEntry: EntryKind<BackupEntry> = { kind: 'backup', schema: backup };

export type RestoreProofEntry = z.output<typeof restoreProof>;
export const restoreProofEntry: EntryKind<RestoreProofEntry> = { kind: 'restore-proof', schema: restoreProof };
