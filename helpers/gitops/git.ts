import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Unobservable } from '../unobservable.ts';
import type { GitTree } from './observed.ts';

/** It is loaded by those alone who read a repository: it takes a while. */
const git = async () => (await import('isomorphic-git')).default;

/** The files of a revision in a checkout or bare repository on this machine. Throws `Unobservable`. */
export async function readCheckout(path: string, revision: string): Promise<GitTree> {
  const dir = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const gitdir = fs.existsSync(join(dir, '.git')) ? join(dir, '.git') : dir;
  return { revision, from: `the repository in ${path}`, files: await filesAt(gitdir, revision, path) };
}

/** The files of a revision behind a URL that asks for no credentials. Throws `Unobservable`. */
export async function readRemote(url: string, revision: string): Promise<GitTree> {
  const { clone } = await git();
  const { default: http } = await import('isomorphic-git/http/node');
  const home = await mkdtemp(join(tmpdir(), 'gitops-'));
  const gitdir = join(home, 'repository.git');
  const { branch } = parts(revision);
  try {
    await clone({
      fs,
      http,
      dir: home,
      gitdir,
      url,
      noCheckout: true,
      singleBranch: true,
      depth: 50,
      ...(branch === '' ? {} : { ref: branch }),
    });
    return { revision, from: url, files: await filesAt(gitdir, revision, url) };
  } catch (error) {
    if (error instanceof Unobservable) throw error;
    throw new Unobservable('unreachable', `clone ${url}: ${(error as Error).message}`, {
      hint: 'Name a checkout instead: gitops.repository: { path: … } in migration.yaml.',
      cause: error,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function filesAt(gitdir: string, revision: string, where: string): Promise<Map<string, string>> {
  const { TREE, walk } = await git();
  const { commit } = parts(revision);
  try {
    const found: [string, string][] = await walk({
      fs,
      gitdir,
      trees: [TREE({ ref: commit })],
      map: async (path, [entry]) =>
        (await entry?.type()) === 'blob' ? [path, Buffer.from((await entry?.content()) ?? []).toString()] : undefined,
    });
    return new Map(found);
  } catch (error) {
    throw new Unobservable('history', `${where} has no commit ${commit}: ${(error as Error).message}`, {
      hint: `git -C ${where} fetch brings what Flux has applied.`,
      cause: error,
    });
  }
}

/** `main@sha1:5f1c…`, in Flux before 2.0 `main/5f1c…`. */
function parts(revision: string): { branch: string; commit: string } {
  const [, branch = '', commit = revision] = /^(.*?)[@/](?:sha1:)?([0-9a-f]{40})$/.exec(revision) ?? [];
  return { branch, commit };
}
