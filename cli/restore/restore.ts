import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { inspectDump, unpacked } from '../../helpers/backup/dump/inspect.ts';
import { podOf } from '../../helpers/backup/dump-database.ts';
import { type BackupEntry, backupEntry } from '../../helpers/backup/entry.ts';
import type { DumpFacts } from '../../helpers/backup/observed.ts';
import { CommandFailed } from '../../helpers/backup/pod-exec.ts';
import { mebibytes } from '../../helpers/backup/take-backup.ts';
import { readLedger } from '../../helpers/ledger/ledger.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { confirm } from '../acts/confirm.ts';
import { type ActTarget, openActTarget } from '../acts/target.ts';
import { UsageError } from '../usage-error.ts';
import { backupDirectory } from '../verify/ledger-directory.ts';
import type { RestoreOptions } from './options.ts';
import { ask, feed, type PodDatabase, tablesSql } from './pod-database.ts';
import { placeOf, refuseFilled, refuseNewDatabase } from './refuse.ts';
import { rowsDiffer } from './rows-differ.ts';
import { restoreScript } from './script.ts';

const exitDiffers = 1;
const exitUndone = 2;

/**
 * Restores one backup into one empty database.
 *
 * @returns the exit code: 0 when all of it is there, 1 when the rows differ from those recorded, 2 when it could not be done
 * Throws `UsageError` for a database that is not empty or is the new system's, `ConfigError` or `TargetConfigError` (exit
 * code 64), and the abort reason of `signal`.
 */
export async function restoreCommand(options: RestoreOptions, signal: AbortSignal): Promise<number> {
  await using act = await openActTarget(options);
  const say = (words: string) => void process.stdout.write(`${words}\n`);
  const { migration, connections } = act;
  const { namespace, service, port } = migration.old.database;
  const place = placeOf(options.service ?? `${namespace}/${service}:${port}`, options.database);
  refuseNewDatabase(place, migration);
  try {
    const { path, entry, facts } = await backupToRestore(act, options);
    const target = await connections.target();
    const { user } = migration.backup;
    const at = await podOf(target, place);
    const database = { kubeConfig: target.kubeConfig, ...at, user, database: place.database, signal };
    refuseFilled(place, await ask(database, tablesSql));
    const isTimescale = !facts.isReplicas && (await hasTimescale(database));
    say(
      `cluster ${await connections.clusterUid()}, context ${target.context}\n${basename(path)}, ${mebibytes(facts.bytes)}, into the empty database ${place.database} on ${place.namespace}/${place.service}`,
    );
    if (options.dryRun) {
      say('Nothing was done.');
      return 0;
    }
    await confirm({ context: target.context, yes: options.yes, signal });
    const complaints = await feed(database, Readable.from(restoreScript(unpacked(path), isTimescale)));
    if (complaints !== '') process.stderr.write(`${complaints}\n`);
    const different = entry === undefined ? [] : await rowsDiffer(database, entry.sums.tables);
    say(
      different.length > 0
        ? `RESTORED, AND DIFFERENT: ${different.join('; ')}`
        : entry === undefined
          ? 'restored; what it has to equal is not in the ledger'
          : `restored: ${entry.sums.tables.length} tables with the rows that were backed up`,
    );
    return different.length > 0 ? exitDiffers : 0;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unobservable || error instanceof CommandFailed)) throw error;
    const hint = error instanceof Unobservable && error.hint !== undefined ? `${error.hint}\n` : '';
    process.stderr.write(
      `${error.message}\n${hint}The database may hold part of it by now: drop it and create it anew before the next attempt.\n`,
    );
    return exitUndone;
  }
}

/** Throws `UsageError` where there is none, or it is not whole. */
async function backupToRestore(
  { migration, chosen, ledgerFile }: ActTarget,
  { file, config }: RestoreOptions,
): Promise<{ path: string; entry: BackupEntry | undefined; facts: DumpFacts }> {
  const entries = (await readLedger(await ledgerFile())).entries(backupEntry);
  const newest = entries.at(-1);
  if (file === undefined && newest === undefined)
    throw new UsageError('the ledger knows no backup: name one by --file');
  const path = file ?? join(backupDirectory(migration, chosen, config), newest?.file ?? '');
  const facts = await inspectDump(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`the backup ${path} cannot be read: ${error.code ?? error.message}`);
  });
  if (facts.broken !== undefined || !facts.isComplete)
    throw new UsageError(`the backup ${path} is not whole: ${facts.broken?.words ?? 'its last line is missing'}`);
  return { path, facts, entry: entries.findLast(({ sha256 }) => sha256 === facts.sha256) };
}

async function hasTimescale(database: PodDatabase): Promise<boolean> {
  const available = await ask(database, `SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`);
  return available.length > 0;
}
