import { z } from 'zod';

const table = z.object({
  table: z.string(),
  rowCount: z.number(),
  timeColumn: z.string().optional(),
  oldestAt: z.string().optional(),
  newestAt: z.string().optional(),
  columns: z.record(z.string(), z.object({ filledCount: z.number(), checksum: z.string() })),
});

const version = z.object({
  postgres: z.string(),
  timescale: z.object({ version: z.string(), edition: z.enum(['community', 'Apache']) }).optional(),
});

const sums = z.object({ at: z.string(), version, tables: z.array(table) });

/** The ledger's entry of a backup: what was dumped, from where, and what the very snapshot of the dump held. */
export const backupEntry = z.object({
  kind: z.literal('backup'),
  at: z.string(),
  /** Name within the directory of migration.yaml. */
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  database: z.object({ namespace: z.string(), service: z.string(), database: z.string() }),
  sums,
  /** How its copy elsewhere was made and looked for, where migration.yaml says so. */
  stored: z.object({ at: z.string(), checked: z.boolean() }).optional(),
});

/** The ledger's entry of a backup that was restored and compared. It is not done again for the same bytes. */
export const restoreProofEntry = z.object({
  kind: z.literal('restore-proof'),
  at: z.string(),
  sha256: z.string(),
  /** Where: in a container, on a server that was named, in the replica's engine. */
  had: z.enum(['container', 'server', 'embedded']),
  version,
  tables: z.array(table),
  seconds: z.number(),
});

export type BackupEntry = z.output<typeof backupEntry>;
export type RestoreProofEntry = z.output<typeof restoreProofEntry>;
