import { relative, resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { gatesHere } from '../../helpers/judge/decision.ts';
import { type Criterion, criteria as table } from '../../specs/criteria.ts';
import { display } from '../output/choose-display.ts';
import { resultText } from '../output/result-text.ts';
import { judge } from './judge.ts';
import type { VerifyOptions } from './options.ts';
import { type Selection, select } from './selection.ts';
import { chooseRunning } from './target.ts';

/** A run, and the page about it where that could be written. */
export interface Reported {
  readonly run: RunResult;
  readonly page?: string;
}

/**
 * One run of `verify`, from the configuration to the decision and its report; with `--list` the criteria alone.
 *
 * @returns the exit code: 0 GO, 1 NO-GO, 2 INCONCLUSIVE
 * Throws as `verifyPhase`.
 */
export async function verify(phaseId: string, options: VerifyOptions, signal: AbortSignal): Promise<number> {
  if (!options.list) return (await verifyPhase(phaseId, options, signal)).run.decision.exitCode;
  const { listText } = await import('../output/list-text.ts');
  print(listText(chosen(phaseId, options).selection.criteria));
  return 0;
}

/**
 * Verifies a phase: observes, decides, prints the result and keeps it.
 *
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`; either
 * way everything that it started has ended.
 */
export async function verifyPhase(phaseId: string, options: VerifyOptions, signal: AbortSignal): Promise<Reported> {
  const { migration, selection } = chosen(phaseId, options);
  const target = await chooseRunning(migration, options);
  const startedAt = new Date();
  const out = resolve(options.out);
  const { prepareOut, runDirectory, writeResults } = await import('./write-results.ts');
  await prepareOut(out);
  const directory = runDirectory(out, target.name, selection.phase.id, startedAt);
  const ids = (criteria: readonly Criterion[]) => criteria.map(({ id }) => id);
  const shown = await display(options, { own: ids(selection.criteria), parts: ids(selection.parts) });
  const run = await judge({
    migration,
    configPath: resolve(options.config),
    selection,
    target,
    directory,
    debug: options.debug === true,
    startedAt,
    display: shown,
    signal,
  }).finally(() => shown.close());
  // A full disk takes the report, not the decision.
  const page = await writeResults(run, directory, out).catch((error: Error) => {
    process.stderr.write(`the report could not be written: ${error.message}\n`);
    return undefined;
  });
  print(await resultText(run, page && shortPath(page), options));
  return { run, ...(page === undefined ? {} : { page }) };
}

function chosen(phaseId: string, options: VerifyOptions): { migration: Migration; selection: Selection } {
  const migration = loadMigration(
    options.config,
    table.map(({ id }) => id),
  );
  const here = table.map((criterion) => ({ ...criterion, gates: gatesHere(criterion, migration) }));
  return { migration, selection: select(phaseId, options.only, here) };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Below the working directory as it is typed there, else whole. */
function shortPath(path: string): string {
  const below = relative('', path);
  return below.startsWith('..') ? path : below;
}
