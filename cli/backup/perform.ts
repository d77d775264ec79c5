import { join } from 'node:path';
import { inspectDump } from '../../helpers/backup/dump/inspect.ts';
import { type BackupEntry, backupEntry } from '../../helpers/backup/entry.ts';
import { lock } from '../../helpers/backup/lock.ts';
import { storeBackup } from '../../helpers/backup/store.ts';
import {
  checkSpace,
  forgetNote,
  prepareDirectory,
  takeBackup,
  unnotedBackup,
} from '../../helpers/backup/take-backup.ts';
import type { Progress } from '../../helpers/backup/write-dump.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { backupFindings } from '../../helpers/judge/backup.ts';
import { appendEntry, readLedger } from '../../helpers/ledger/ledger.ts';
import type { Connections } from '../../helpers/spec/connections.ts';
import { readCredentials } from '../../helpers/target/credentials.ts';

export interface BackupWork {
  readonly migration: Migration;
  readonly connections: Connections;
  /** Where backups lie, absolute. */
  readonly directory: string;
  readonly ledgerFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
  readonly progress: (at: Progress) => void;
  readonly signal: AbortSignal;
}

/** What was written is not a backup of the old database. */
export class NotABackup extends Error {
  override readonly name = 'NotABackup';
}

/**
 * Takes a backup of the old database, reads it back, stores it besides and notes it in the ledger; what an interrupted run
 * has dumped is taken up where that ended. Returns the ledger's entry.
 * Throws `NotABackup`, `Locked`, `NoSpace`, `ShellFailed`, `CommandFailed`, `Unobservable`, or the abort reason of `signal`.
 */
export async function performBackup(work: BackupWork): Promise<BackupEntry> {
  const { migration, directory, ledgerFile, env, say, signal } = work;
  await prepareDirectory(directory);
  await using _ = await lock(join(directory, 'backup.lock'), 'a backup');
  const noted = (await readLedger(ledgerFile)).entries(backupEntry);
  const begun = await unnotedBackup(directory, (sha256) => noted.some((entry) => entry.sha256 === sha256));
  if (begun !== undefined) say(`${begun.file} was dumped before and not noted: going on with it`);
  const entry = begun ?? (await dump(work));
  await readBack(join(directory, entry.file), entry, migration);
  say(`${entry.file}: read back, whole`);
  const storedAt = await storeBackup(join(directory, entry.file), migration.backup, { env, signal });
  if (storedAt !== undefined) say('stored besides, and seen there');
  const whole = { ...entry, ...(storedAt === undefined ? {} : { storedAt }) };
  await appendEntry(ledgerFile, backupEntry, whole);
  await forgetNote(directory, entry);
  return whole;
}

async function dump({ migration, connections, directory, env, progress, signal }: BackupWork): Promise<BackupEntry> {
  const { database } = migration.old;
  await checkSpace(directory, await databaseBytes(connections));
  const credential = migration.credentials[database.credentials];
  if (credential === undefined) throw new Error(`migration.yaml has no credentials ${database.credentials}`);
  const target = await connections.target();
  const credentials = await readCredentials(target.kube, credential, database.credentials, env);
  return takeBackup({ target, database, credentials, config: migration.backup, directory, progress, signal });
}

/** What the old database takes on its disk. Throws `Unobservable`. */
export async function databaseBytes(connections: Connections): Promise<number> {
  const db = await connections.oldDatabase();
  const [row] = await db.query<{ bytes: string }>('SELECT pg_database_size(current_database())::text AS bytes');
  return Number(row?.bytes);
}

async function readBack(path: string, entry: BackupEntry, { backup, old }: Migration): Promise<void> {
  const noted = { sha256: entry.sha256, database: entry.database.database, sums: entry.sums };
  const found = { file: path, at: entry.sums.at, noted, facts: await inspectDump(path) };
  // Whether it is stored besides is not known yet.
  const { store: _, ...config } = backup;
  const wrong = backupFindings(found, { backup: config, old }).filter(({ verdict }) => verdict !== 'pass');
  if (wrong.length === 0) return;
  throw new NotABackup(`${path} was written and is no backup: ${wrong.map(({ observed }) => observed).join('; ')}`);
}
