import { resolve } from 'node:path';
import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { RunTarget } from '../../helpers/evidence/run.ts';
import { beginningOf, countedGaps } from '../../helpers/judge/continuity.ts';
import { gapLooks, workloadsOnHop } from '../../helpers/judge/gap-look.ts';
import { type Window, windowBefore } from '../../helpers/judge/window.ts';
import { criteria } from '../../specs/criteria.ts';
import { terminalStyle } from '../output/choose-display.ts';
import { holdTarget } from '../verify/own-replica.ts';
import { type ChosenTarget, chooseRunning, describeTarget } from '../verify/target.ts';
import type { DiagnosedGap, GapsDiagnosis } from './gaps-found.ts';
import type { DiagnoseOptions, GapsOptions } from './options.ts';
import { progress } from './progress.ts';

/**
 * `npm run diagnose gaps`: finds every gap, looks for the cause of each, and for the NetworkPolicies on its hop.
 *
 * @returns the exit code: 0 without a gap, 1 with one, 2 when not every stream could be looked at
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function diagnoseGaps(options: GapsOptions, signal: AbortSignal): Promise<number> {
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
  const [target, diagnosis] = await Promise.all([
    describeTarget(held.target, signal),
    look(held.target, migration, options.days, signal),
  ]);
  process.stdout.write(`${await text(target, diagnosis, migration, options)}\n`);
  if (diagnosis.gaps.length > 0) return 1;
  return diagnosis.unseen.length > 0 ? 2 : 0;
}

async function look(
  { name, config }: ChosenTarget,
  migration: Migration,
  days: number,
  signal: AbortSignal,
): Promise<GapsDiagnosis> {
  const [{ connections }, { continuityObservations }, { attributed }, { observeNetworkPolicies }, { sight }] =
    await Promise.all([
      import('../../helpers/spec/connections.ts'),
      import('../../helpers/spec/observe/continuity.ts'),
      import('../../helpers/spec/attributed.ts'),
      import('../../helpers/cluster/network-policies.ts'),
      import('../../helpers/spec/sightings.ts'),
    ]);
  await using connected = connections(migration, config, name, process.env);
  const observe = continuityObservations(migration, connected);
  const { offsetSeconds } = await connected.clock();
  const now = new Date(Date.now() + offsetSeconds * 1000);
  const window = windowBefore(now, days * 86_400, migration.maintenance);
  const observed = await observe.gaps(window);
  signal.throwIfAborted();
  const since = later(window, beginningOf(observed.seen));
  const counted = countedGaps(observed.seen, migration, { since });
  const gaps = await attributed(counted, observe, migration, now, counted.length);
  signal.throwIfAborted();
  const namespaces = new Set(gaps.flatMap((gap) => workloadsOnHop(gap, migration).map(({ namespace }) => namespace)));
  const policies = await sight(
    [...namespaces],
    (namespace) => `NetworkPolicies of ${namespace}`,
    async (namespace) => observeNetworkPolicies(await connected.target(), namespace),
  );
  signal.throwIfAborted();
  return {
    from: since,
    to: window.to,
    gaps: gaps.map((gap): DiagnosedGap => {
      const on = new Set(workloadsOnHop(gap, migration).map(({ namespace }) => namespace));
      return {
        ...gap,
        policies: policies.seen.filter(({ namespace, pods }) => on.has(namespace) && pods.length > 0),
        look: gapLooks(gap, migration),
      };
    }),
    unseen: [...observed.unseen, ...policies.unseen],
  };
}

/** The window's start, or the system's beginning where that is later. */
function later({ from }: Window, beginning: string | undefined): string {
  return beginning !== undefined && Date.parse(beginning) > Date.parse(from) ? beginning : from;
}

async function text(
  target: RunTarget,
  diagnosis: GapsDiagnosis,
  migration: Migration,
  { json }: DiagnoseOptions,
): Promise<string> {
  if (json) return JSON.stringify({ target, ...diagnosis }, undefined, 2);
  const { gapsText } = await import('./gaps-text.ts');
  return gapsText(target, diagnosis, migration, terminalStyle());
}
