import { resolve } from 'node:path';
import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { RunTarget } from '../../helpers/evidence/run.ts';
import { criteria } from '../../specs/criteria.ts';
import { holdTarget } from '../verify/own-replica.ts';
import { type ChosenTarget, chooseRunning, describeTarget } from '../verify/target.ts';
import type { DiagnoseOptions } from './options.ts';
import { progress } from './progress.ts';

/** What is diagnosed. */
export interface Subject<Found> {
  look(target: ChosenTarget, migration: Migration): Promise<Found>;
  /** Whether it is in trouble. */
  isTroubled(found: Found): boolean;
  /** For a terminal; loaded by those alone who print it. */
  text(target: RunTarget, found: Found, migration: Migration): Promise<string>;
}

/**
 * Looks at a target, at a replica of its own where none is named, and prints what was found.
 *
 * @returns the exit code: 0 without trouble, 1 with some, 2 when not everything could be looked at
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function diagnoseTarget<Found extends { readonly unseen: readonly unknown[] }>(
  { look, isTroubled, text }: Subject<Found>,
  options: DiagnoseOptions,
  signal: AbortSignal,
): Promise<number> {
  const whole = loadMigration(
    resolve(options.config),
    criteria.map(({ id }) => id),
  );
  const chosen = await chooseRunning(whole, options);
  const migration = forTarget(whole, chosen.config);
  await using held = await holdTarget(
    chosen,
    { replicaState: 'before-phase5', reads: ['ledger'] },
    progress(options),
    signal,
  );
  const [target, found] = await Promise.all([describeTarget(held.target, signal), look(held.target, migration)]);
  signal.throwIfAborted();
  const said = options.json ? JSON.stringify({ target, ...found }, undefined, 2) : await text(target, found, migration);
  process.stdout.write(`${said}\n`);
  if (isTroubled(found)) return 1;
  return found.unseen.length > 0 ? 2 : 0;
}
