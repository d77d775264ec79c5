import { join } from 'node:path';
import { inspectDump } from '../../helpers/backup/dump/inspect.ts';
import { type BackupEntry, restoreProofEntry } from '../../helpers/backup/entry.ts';
import { restoreTest } from '../../helpers/backup/restore-test.ts';
import { judgeRestore } from '../../helpers/judge/restore.ts';
import type { Verdict } from '../../helpers/judge/verdict.ts';
import { appendEntry } from '../../helpers/ledger/ledger.ts';
import type { ScratchDatabase } from '../../helpers/scratch-database/scratch-database.ts';
import type { BackupWork } from './perform.ts';

/**
 * Restores a backup and notes what was there then, however long that takes; returns what P4.restores will say of it.
 * Throws `Unobservable` where no scratch database can be had.
 */
export async function prove(
  { migration, directory, ledgerFile, env, signal }: BackupWork,
  entry: BackupEntry,
  embedded: (() => Promise<ScratchDatabase>) | undefined,
): Promise<Verdict> {
  const file = join(directory, entry.file);
  const facts = await inspectDump(file);
  const outcome = await restoreTest({ file, facts, version: entry.sums.version, env, embedded, signal });
  const { had, version, seconds, tables } = outcome;
  if (tables !== undefined) {
    const proof = { at: new Date().toISOString(), sha256: facts.sha256, had, version, seconds, tables: [...tables] };
    await appendEntry(ledgerFile, restoreProofEntry, { kind: 'restore-proof', ...proof });
  }
  const noted = { sha256: entry.sha256, database: entry.database.database, sums: entry.sums };
  const found = { file, at: entry.sums.at, noted, facts };
  return judgeRestore({ found, looked: [] }, { outcome, isProof: false, expected: entry.sums.tables }, migration);
}
