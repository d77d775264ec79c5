import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from './content.ts';

/** isomorphic-git takes a while to load: a replica whose repository nobody touches starts without it. */
const git = async () => (await import('isomorphic-git')).default;

export const branch = 'main';
const author = { name: 'Replica', email: 'replica@example.invalid' };

/** What a branch held after one commit, oldest first in a list of them. */
export interface Version {
  readonly message: string;
  readonly files: Files;
}

/**
 * Puts a bare Git repository with these versions, a commit each, into a directory, in place of what was there. It is
 * made once, kept in the cache and copied from then on: writing a hundred small objects takes half a second. Resolves with
 * the SHA-1 of the newest commit.
 */
export async function prepareRepository(
  gitdir: string,
  versions: readonly Version[],
  cacheDirectory: string,
): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify(versions.map(({ message, files }) => [message, ...files])))
    .digest('hex')
    .slice(0, 16);
  const cached = join(cacheDirectory, `gitops-${key}.git`);
  const head = () => readFile(join(cached, 'refs', 'heads', branch), 'utf8');
  const commit = await head().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await makeRepository(cached, versions);
    return head();
  });
  await rm(gitdir, { recursive: true, force: true });
  await cp(cached, gitdir, { recursive: true });
  return commit.trim();
}

/** Made beside and renamed: two replicas may start at once. */
async function makeRepository(gitdir: string, versions: readonly Version[]): Promise<void> {
  const unfinished = `${gitdir}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const { init } = await git();
  await init({ fs, gitdir: unfinished, bare: true, defaultBranch: branch });
  // The cluster's own clock is no matter here: what is cached has been the same since whenever.
  let parent: string[] = [];
  for (const { message, files } of versions) parent = [await commitFiles(unfinished, files, message, parent)];
  try {
    await rename(unfinished, gitdir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** SHA-1 of a branch's head. Throws when there is no such branch. */
export async function headOf(gitdir: string, ref: string): Promise<string> {
  const { resolveRef } = await git();
  return resolveRef({ fs, gitdir, ref: `refs/heads/${ref}` });
}

/** SHA-1 of the oldest commit of the branch main. */
export async function rootOf(gitdir: string): Promise<string> {
  const { log } = await git();
  const commits = await log({ fs, gitdir, ref: branch });
  return commits.at(-1)?.oid ?? '';
}

/** Every file of a commit. */
export async function filesOf(gitdir: string, commit: string): Promise<Files> {
  const { TREE, walk } = await git();
  const found: [string, string][] = await walk({
    fs,
    gitdir,
    trees: [TREE({ ref: commit })],
    map: async (path, [entry]) => {
      if ((await entry?.type()) !== 'blob') return undefined;
      return [path, Buffer.from((await entry?.content()) ?? []).toString()];
    },
  });
  return new Map(found);
}

/** Commits a change to the branch main, as a push would bring it; a file given as undefined is removed. Returns the commit's SHA-1. */
export async function commitChange(
  gitdir: string,
  message: string,
  edits: ReadonlyMap<string, string | undefined>,
): Promise<string> {
  const parent = await headOf(gitdir, branch);
  const files = new Map(await filesOf(gitdir, parent));
  for (const [path, text] of edits) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  }
  return commitFiles(gitdir, files, message, [parent]);
}

async function commitFiles(gitdir: string, files: Files, message: string, parent: readonly string[]): Promise<string> {
  const { commit } = await git();
  const tree = await writeFolder(
    gitdir,
    [...files].map(([path, text]) => ({ parts: path.split('/'), text })),
  );
  return commit({ fs, gitdir, message, author, tree, parent: [...parent], ref: `refs/heads/${branch}` });
}

interface Leaf {
  readonly parts: readonly string[];
  readonly text: string;
}

async function writeFolder(gitdir: string, leaves: readonly Leaf[]): Promise<string> {
  const { writeBlob, writeTree } = await git();
  const byName = Map.groupBy(leaves, ({ parts: [name = ''] }) => name);
  const tree = await Promise.all(
    [...byName].map(async ([path, inside]) => {
      const [file] = inside;
      if (file?.parts.length === 1) {
        const oid = await writeBlob({ fs, gitdir, blob: Buffer.from(file.text) });
        return { mode: '100644', path, oid, type: 'blob' as const };
      }
      const within = inside.map(({ parts, text }) => ({ parts: parts.slice(1), text }));
      return { mode: '040000', path, oid: await writeFolder(gitdir, within), type: 'tree' as const };
    }),
  );
  return writeTree({ fs, gitdir, tree });
}
