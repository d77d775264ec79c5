import { resolve } from 'node:path';
import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { criteria } from '../../specs/criteria.ts';
import { terminalStyle } from '../output/choose-display.ts';
import { ledgerDirectory } from '../verify/ledger-directory.ts';
import { holdTarget } from '../verify/own-replica.ts';
import { chooseRunning, describeTarget } from '../verify/target.ts';
import type { DiagnoseOptions } from './options.ts';
import { progress } from './progress.ts';

/**
 * `npm run diagnose resources` (plan, "High resource usage after migration"): what each container of both systems uses of
 * CPU and memory, what lies on their volumes, and where that leads by what the nightly runs noted.
 *
 * @returns the exit code: 0 when nothing is near its limit, 1 when something is, 2 when not everything could be looked at
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function diagnoseResources(options: DiagnoseOptions, signal: AbortSignal): Promise<number> {
  const configPath = resolve(options.config);
  const whole = loadMigration(
    configPath,
    criteria.map(({ id }) => id),
  );
  const { lookAtResources } = await import('./look-at-resources.ts');
  const chosen = await chooseRunning(whole, options);
  const migration = forTarget(whole, chosen.config);
  await using held = await holdTarget(
    chosen,
    { replicaState: 'before-phase5', reads: ['ledger'] },
    progress(options),
    signal,
  );
  const [target, diagnosis] = await Promise.all([
    describeTarget(held.target, signal),
    lookAtResources(held.target, migration, ledgerDirectory(migration, held.target, configPath)),
  ]);
  signal.throwIfAborted();
  if (options.json) process.stdout.write(`${JSON.stringify({ target, ...diagnosis }, undefined, 2)}\n`);
  else {
    const { resourcesText } = await import('./resources-text.ts');
    process.stdout.write(`${resourcesText(target, diagnosis, migration, terminalStyle())}\n`);
  }
  if (diagnosis.troubles.length > 0) return 1;
  return diagnosis.unseen.length > 0 ? 2 : 0;
}
