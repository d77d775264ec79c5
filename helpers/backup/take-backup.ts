import { chmod, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupConfig, DatabaseConfig } from '../config/schema.ts';
import type { Credentials } from '../target/credentials.ts';
import type { Target } from '../target/target.ts';
import { inspectDump } from './dump/inspect.ts';
import { dumpDatabase } from './dump-database.ts';
import { type BackupEntry, backupEntry } from './entry.ts';
import type { Progress } from './write-dump.ts';

export interface BackupOrder {
  readonly target: Target;
  readonly database: DatabaseConfig;
  readonly credentials: Credentials;
  readonly config: Pick<BackupConfig, 'user' | 'patience'>;
  /** Where it goes, absolute. */
  readonly directory: string;
  readonly progress: (at: Progress) => void;
  readonly signal: AbortSignal;
}

/** What an unfinished dump is called until it is whole. */
const unfinished = '.part';
/** What was noted beside a dump until the ledger has it. */
const note = '.json';

/** There is not enough room for the dump. */
export class NoSpace extends Error {
  override readonly name = 'NoSpace';
  readonly hint = 'make room, or name another place in migration.yaml: backup.directory';
}

/**
 * Dumps the database into the directory, under a temporary name until it is whole; what the ledger has to know of it lies
 * beside it by then, so that a run that was interrupted can be taken up by the next: see `unnotedBackup`.
 *
 * Throws `NoSpace`, what `dumpDatabase` throws, and the abort reason of `signal`; nothing is left of the dump then.
 */
export async function takeBackup(order: BackupOrder): Promise<BackupEntry> {
  const { database, directory, config } = order;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const file = `${database.namespace}-${database.database}-${stamp}.sql.gz`;
  const path = join(directory, file);
  try {
    const { target, credentials, progress, signal } = order;
    const { user, patience: patienceSeconds } = config;
    const part = path + unfinished;
    const dumped = await dumpDatabase({
      target,
      database,
      credentials,
      user,
      patienceSeconds,
      file: part,
      progress,
      signal,
    });
    const { namespace, service } = database;
    const entry: BackupEntry = {
      kind: 'backup',
      at: new Date().toISOString(),
      file,
      sha256: dumped.sha256,
      bytes: dumped.bytes,
      database: { namespace, service, database: database.database },
      sums: { ...dumped.sums, tables: [...dumped.sums.tables] },
    };
    await writeFile(path + note, JSON.stringify(entry), { mode: 0o600 });
    await rename(part, path);
    return entry;
  } catch (error) {
    await rm(path + unfinished, { force: true });
    throw error;
  }
}

/** The directory, there and for its owner alone, ignored by Git, without what an interrupted run left unfinished. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  await writeFile(join(directory, '.gitignore'), '*\n');
  for (const file of await readdir(directory)) {
    if (file.endsWith(unfinished)) await rm(join(directory, file), { force: true });
  }
}

/**
 * Throws `NoSpace` unless there is room for the database as it is: a dump is text, which compression brings well below
 * that.
 */
export async function checkSpace(directory: string, databaseBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= databaseBytes) return;
  throw new NoSpace(
    `${directory} has room for ${mebibytes(bavail * bsize)}; the database is ${mebibytes(databaseBytes)}`,
  );
}

/** A whole backup that an earlier run took and could not note in the ledger any more; undefined where there is none. */
export async function unnotedBackup(
  directory: string,
  isNoted: (sha256: string) => boolean,
): Promise<BackupEntry | undefined> {
  for (const file of (await readdir(directory))
    .filter((name) => name.endsWith(note))
    .sort()
    .reverse()) {
    const entry = backupEntry.schema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
    const facts = await inspectDump(join(directory, entry.file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (facts?.sha256 === entry.sha256 && !isNoted(entry.sha256)) return entry;
    await rm(join(directory, file));
  }
  return undefined;
}

/** The ledger has it: the note beside it has done its work. */
export async function forgetNote(directory: string, { file }: BackupEntry): Promise<void> {
  await rm(join(directory, file + note), { force: true });
}

/** As an operator reads it: `512 MiB`. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;
}
