import { glob, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BackupConfig } from '../config/schema.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Unobservable } from '../unobservable.ts';
import { inspectDump } from './dump/inspect.ts';
import { backupEntry } from './entry.ts';
import type { BackupFound, BackupSight, DumpFacts } from './observed.ts';

/** Where the backups of a cluster lie on this machine. */
export interface BackupPlaces {
  /** What `npm run backup` writes. */
  readonly directory: string;
  /** What the pattern of those made by hand is relative to. */
  readonly madeFrom: string;
}

type Candidate = Omit<BackupFound, 'facts'>;

/** The newest backup of the old database, be it noted in the ledger or made by hand, read to its end. */
export async function findBackup(
  ledger: Ledger,
  places: BackupPlaces,
  { made }: Pick<BackupConfig, 'made'>,
): Promise<BackupSight> {
  const noted = ledger.entries(backupEntry).map(
    ({ file, sha256, database: { database }, sums, storedAt }): Candidate => ({
      file: join(places.directory, file),
      at: sums.at,
      noted: { sha256, database, sums, ...(storedAt === undefined ? {} : { storedAt }) },
    }),
  );
  const byHand = made === undefined ? [] : await madeByHand(made, places.madeFrom);
  const newest = [...noted, ...byHand].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  const looked = [`backup in ${ledger.file}`, ...(made === undefined ? [] : [resolve(places.madeFrom, made)])];
  if (newest === undefined) return { looked };
  const facts = await factsOf(newest.file);
  return { looked, found: { ...newest, ...(facts === undefined ? {} : { facts }) } };
}

async function madeByHand(pattern: string, from: string): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const path of glob(pattern, { cwd: from })) {
    const file = resolve(from, path);
    candidates.push({ file, at: (await stat(file)).mtime.toISOString() });
  }
  return candidates;
}

async function factsOf(file: string): Promise<DumpFacts | undefined> {
  try {
    return await inspectDump(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw error;
    throw new Unobservable('forbidden', `the backup ${file} cannot be read: ${code}`, {
      hint: 'run verify as who owns it, or on the machine where it lies',
      cause: error,
    });
  }
}
