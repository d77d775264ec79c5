import { relative, resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { gatesHere } from '../../helpers/judge/decision.ts';
import { type Criterion, criteria as table } from '../../specs/criteria.ts';
import { display } from '../output/choose-display.ts';
import { resultText } from '../output/result-text.ts';
import { judge } from './judge.ts';
import type { VerifyOptions } from './options.ts';
import { select } from './selection.ts';
import { chooseRunning } from './target.ts';

/**
 * One run of `verify`, from the configuration to the decision and its report.
 *
 * @returns the exit code: 0 GO, 1 NO-GO, 2 INCONCLUSIVE
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`; either
 * way everything that it started has ended.
 */
export async function verify(phaseId: string, options: VerifyOptions, signal: AbortSignal): Promise<number> {
  const knownCriteria = table.map(({ id }) => id);
  const migration = loadMigration(options.config, knownCriteria);
  const here = table.map((criterion) => ({ ...criterion, gates: gatesHere(criterion, migration) }));
  const selection = select(phaseId, options.only, here);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (options.list) {
    const { listText } = await import('../output/list-text.ts');
    print(listText(selection.criteria));
    return 0;
  }
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
  const report = await writeResults(run, directory, out).catch((error: Error) => {
    process.stderr.write(`the report could not be written: ${error.message}\n`);
    return undefined;
  });
  print(await resultText(run, report && shortPath(report), options));
  return run.decision.exitCode;
}

/** Below the working directory as it is typed there, else whole. */
function shortPath(path: string): string {
  const below = relative('', path);
  return below.startsWith('..') ? path : below;
}
