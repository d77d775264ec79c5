import { Locked } from '../../helpers/backup/lock.ts';
import { CommandFailed } from '../../helpers/backup/pod-exec.ts';
import { ShellFailed } from '../../helpers/backup/shell.ts';
import { mebibytes, NoSpace } from '../../helpers/backup/take-backup.ts';
import { count, duration } from '../../helpers/judge/words.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { type ActTarget, openActTarget } from '../acts/target.ts';
import { backupDirectory } from '../verify/ledger-directory.ts';
import type { BackupOptions } from './options.ts';
import { type BackupWork, databaseBytes, NotABackup, performBackup } from './perform.ts';
import { rateLine } from './rate-line.ts';

const exitDoesNotHold = 1;
const exitUndone = 2;

/**
 * One backup, from the old database to the ledger.
 *
 * @returns the exit code: 0 when the backup is there, 1 when it does not restore, 2 when it could not be taken
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function backup(options: BackupOptions, signal: AbortSignal): Promise<number> {
  await using target = await openActTarget(options);
  const say = (words: string) => void process.stdout.write(`${words}\n`);
  try {
    using rate = rateLine(process.stderr);
    const work: BackupWork = {
      migration: target.migration,
      connections: target.connections,
      directory: backupDirectory(target.migration, target.chosen, options.config),
      ledgerFile: await target.ledgerFile(),
      env: process.env,
      say,
      progress: rate.update,
      signal,
    };
    if (options.dryRun) return await dryRun(target, work);
    const began = performance.now();
    const entry = await performBackup(work);
    rate[Symbol.dispose]();
    const rows = entry.sums.tables.reduce((sum, { rowCount }) => sum + rowCount, 0);
    say(
      `${entry.file}: ${count(entry.sums.tables.length, 'table')} with ${count(rows, 'row')}, ${mebibytes(entry.bytes)}, in ${duration((performance.now() - began) / 1000)}; sha256 ${entry.sha256}\nnoted in ${work.ledgerFile}`,
    );
    return options.proof ? await proof(target, work, entry) : 0;
  } catch (error) {
    signal.throwIfAborted();
    if (!isKnown(error)) throw error;
    const hint = 'hint' in error && typeof error.hint === 'string' ? `${error.hint}\n` : '';
    process.stderr.write(`${error.message}\n${hint}No backup was noted; run it again when that is mended.\n`);
    return exitUndone;
  }
}

const known = [CommandFailed, Locked, NoSpace, NotABackup, ShellFailed, Unobservable];

function isKnown(error: unknown): error is Error {
  return known.some((kind) => error instanceof kind);
}

async function dryRun({ migration, connections, chosen }: ActTarget, work: BackupWork): Promise<number> {
  const { database } = migration.old;
  const { store, user } = migration.backup;
  work.say(
    [
      `target ${chosen.name}, cluster ${await connections.clusterUid()}`,
      `would run pg_dump -U ${user} -d ${database.database} in the pod behind ${database.namespace}/${database.service}, ${mebibytes(await databaseBytes(connections))} on its disk`,
      `would write it to ${work.directory}, and note it in ${work.ledgerFile}`,
      ...(store === undefined ? [] : [`would store it: ${store.command}`, `would look for it there: ${store.check}`]),
      'Nothing was done.',
    ].join('\n'),
  );
  return 0;
}

/** Where no scratch database can be had the backup is there all the same. */
async function proof(
  { chosen }: ActTarget,
  work: BackupWork,
  entry: Awaited<ReturnType<typeof performBackup>>,
): Promise<number> {
  const { prove } = await import('./prove.ts');
  const embedded = async () => (await import('../../replica/scratch-database.ts')).embeddedScratchDatabase();
  try {
    const verdict = await prove(work, entry, chosen.config.kind === 'embedded' ? embedded : undefined);
    work.say(verdict.kind === 'pass' ? `it restores: ${verdict.summary}` : `IT DOES NOT RESTORE: ${verdict.observed}`);
    return verdict.kind === 'pass' ? 0 : exitDoesNotHold;
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof Unobservable)) throw error;
    work.say(`whether it restores was not seen: ${error.message}\n${error.hint ?? ''}`);
    return 0;
  }
}
