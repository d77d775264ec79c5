import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { KeptRun } from '../../reports/kept/runs.ts';
import { withoutAnalytics } from '../../reports/without-analytics.ts';

const allure = resolve(import.meta.dirname, '../../node_modules/.bin/allure');
/** Allure's own page takes some seconds a phase; one that takes longer than this is left out. */
const timeoutMs = 120_000;

/**
 * Allure's page about the last run of each phase, with the history of single criteria, which it keeps beside the runs. It
 * is made anew when a run is newer: each making is an entry of that history.
 *
 * @param directory where the target's runs are kept: page and history are as private as they are
 * @returns its path; undefined when no run has results, or Allure cannot make it, which is said
 */
export async function allureReport(
  runs: readonly KeptRun[],
  directory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const last = new Map(runs.map((kept) => [kept.run.phase.id, join(kept.directory, 'allure-results')]));
  if (last.size === 0) return undefined;
  const output = join(directory, 'allure');
  const page = join(output, 'index.html');
  const madeAt = await stat(page).then(
    ({ mtime }) => mtime.toISOString(),
    () => '',
  );
  if (runs.every(({ run }) => run.finishedAt < madeAt)) return page;
  try {
    await mkdir(output, { recursive: true });
    const history = join(directory, 'allure-history.jsonl');
    const args = ['awesome', ...last.values(), '--single-file', '--output', output, '--history-path', history];
    await promisify(execFile)(process.execPath, [allure, ...args], { timeout: timeoutMs, signal });
    await writeFile(page, withoutAnalytics(await readFile(page, 'utf8')));
    return page;
  } catch (error) {
    signal.throwIfAborted();
    process.stderr.write(`without Allure's page: ${(error as Error).message.split('\n', 1)[0]}\n`);
    return undefined;
  }
}
