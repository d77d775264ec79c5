import { resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { connections } from '../../helpers/spec/connections.ts';
import { criteria } from '../../specs/criteria.ts';
import { UsageError } from '../usage-error.ts';
import { ledgerDirectory } from '../verify/ledger-directory.ts';
import type { VerifyOptions } from '../verify/options.ts';
import { holdTarget } from '../verify/own-replica.ts';
import { chooseRunning } from '../verify/target.ts';
import { type Reported, verifyPhase } from '../verify/verify.ts';
import { phasesReached } from './phases-reached.ts';

/** NO-GO outweighs INCONCLUSIVE, and that GO. */
const worstFirst = [1, 2, 0];

/**
 * Every phase that applies at the point reached, one after the other, each with its own report and entry in the ledger.
 *
 * @returns the worst of their exit codes
 * Throws as `verifyReached`.
 */
export async function verifyAll(options: VerifyOptions, signal: AbortSignal): Promise<number> {
  return worstExitCode((await verifyReached(options, signal)).map(({ run }) => run));
}

/** Of several decisions: NO-GO outweighs INCONCLUSIVE, and that GO; none at all decides nothing. */
function worstExitCode(runs: readonly RunResult[]): number {
  return worstFirst.find((code) => runs.some(({ decision }) => decision.exitCode === code)) ?? 2;
}

/** The runs of `verifyAll`. Throws as `verifyPhase` does, and `Unobservable` when the cluster does not say which it is. */
export async function verifyReached(options: VerifyOptions, signal: AbortSignal): Promise<Reported[]> {
  if (options.only.length > 0 || options.list || options.json)
    throw new UsageError('verify:all takes neither --only nor --list nor --json: name a phase');
  const migration = loadMigration(
    options.config,
    criteria.map(({ id }) => id),
  );
  const chosen = await chooseRunning(migration, options);
  const progress = (step: string) => void process.stderr.write(process.stderr.isTTY ? `replica: ${step}\n` : '');
  const phase = { replicaState: 'before-phase5', reads: ['ledger'] } as const;
  await using held = await holdTarget(chosen, phase, progress, signal);
  const { name, config } = held.target;
  await using connected = connections(migration, config, name, process.env);
  const directory = ledgerDirectory(migration, held.target, resolve(options.config));
  const ledger = await readLedger(ledgerFile(directory, await connected.clusterUid()));
  const runs: Reported[] = [];
  for (const id of phasesReached(ledger, migration.plan.option)) {
    const { kubeconfig } = config;
    const own = { ...options, target: name, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
    runs.push(await verifyPhase(id, own, signal));
    signal.throwIfAborted();
  }
  return runs;
}
