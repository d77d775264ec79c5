import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { RunVersions } from '../../helpers/evidence/run.ts';

const root = resolve(import.meta.dirname, '../..');
const git = async (...args: string[]) => (await promisify(execFile)('git', ['-C', root, ...args])).stdout.trim();

/** What judged by what: the suite's version and revision, Node's, and which migration.yaml. */
export async function runVersions(configPath: string): Promise<RunVersions> {
  const [manifest, revision, config] = await Promise.all([
    readFile(resolve(root, 'package.json'), 'utf8'),
    gitRevision(),
    readFile(configPath),
  ]);
  const { version } = JSON.parse(manifest) as { version: string };
  return {
    suite: revision === undefined ? version : `${version} (${revision})`,
    node: process.version,
    config: configPath,
    configSha256: createHash('sha256').update(config).digest('hex').slice(0, 12),
  };
}

/** Undefined outside of a Git checkout, as in an image. */
async function gitRevision(): Promise<string | undefined> {
  try {
    const [revision, changes] = await Promise.all([
      git('rev-parse', '--short', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ]);
    return changes === '' ? revision : `${revision}+changes`;
  } catch {
    return undefined;
  }
}
