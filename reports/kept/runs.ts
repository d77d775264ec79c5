import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { asRun } from './form.ts';

/** A run whose evidence is kept: below `reports/out` by target, phase and time. */
export interface KeptRun {
  readonly run: RunResult;
  readonly directory: string;
}

export interface KeptRuns {
  /** Oldest first. */
  readonly runs: readonly KeptRun[];
  /** What lies there and cannot be read, with the reason: told wherever the runs are shown. */
  readonly unreadable: readonly string[];
}

/** As the directories of runs are named: the time of their start, without colons. */
const runName = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z$/;

/** All runs of a target that are kept below `out`. */
export async function keptRuns(out: string, target: string): Promise<KeptRuns> {
  const found = (await Promise.all((await folders(join(out, target))).map(runDirectories))).flat();
  const read = await Promise.all(found.map(readRun));
  return {
    runs: read
      .filter((one): one is KeptRun => 'run' in one)
      .sort((a, b) => a.run.startedAt.localeCompare(b.run.startedAt)),
    unreadable: read.flatMap((one) => ('why' in one ? `${one.directory}: ${one.why}` : [])),
  };
}

/** Removes the oldest runs beside this one, so that `keep` of the same phase and target are left. */
export async function pruneRuns(phaseDirectory: string, keep: number): Promise<void> {
  const directories = (await runDirectories(phaseDirectory)).sort();
  for (const directory of directories.slice(0, Math.max(0, directories.length - keep))) {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runDirectories(phaseDirectory: string): Promise<string[]> {
  const names = (await folders(phaseDirectory)).map((path) => path.slice(phaseDirectory.length + 1));
  return names.filter((name) => runName.test(name)).map((name) => join(phaseDirectory, name));
}

async function folders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

async function readRun(directory: string): Promise<KeptRun | { readonly directory: string; readonly why: string }> {
  try {
    return { run: asRun(JSON.parse(await readFile(join(directory, 'evidence.json'), 'utf8'))), directory };
  } catch (error) {
    return { directory, why: (error as Error).message };
  }
}
