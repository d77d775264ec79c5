import { resolve } from 'node:path';
import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { ledgerFile } from '../../helpers/ledger/ledger.ts';
import { type Connections, connections } from '../../helpers/spec/connections.ts';
import { callReplicaAt } from '../../replica/control.ts';
import { runningReplica } from '../../replica/home.ts';
import { UsageError } from '../usage-error.ts';
import { raisedFromHere } from '../verify/cluster-replica.ts';
import { ledgerDirectory } from '../verify/ledger-directory.ts';
import { type ChosenTarget, chooseRunning } from '../verify/target.ts';
import type { ActOptions } from './options.ts';

/** A cluster that an act reads or changes, as an operator who may. */
export interface ActTarget extends AsyncDisposable {
  /** As migration.yaml has it: an act waits at life's own pace. */
  readonly migration: Migration;
  readonly chosen: ChosenTarget;
  readonly connections: Connections;
  /** Where the ledger of this cluster lies. Throws `Unobservable` when the cluster does not say which it is. */
  ledgerFile(): Promise<string>;
}

/**
 * The target of an act, with the operator's own context: `--context`, else the target's `adminContext`, else the
 * kubeconfig's current one; never the read-only account's. Nothing is started: an act wants a cluster that is there.
 * Throws `UsageError` (exit code 64), also where the target is an embedded replica and none runs.
 */
export async function openActTarget(options: ActOptions, knownCriteria?: readonly string[]): Promise<ActTarget> {
  const whole = loadMigration(options.config, knownCriteria);
  const chosen = await withAdmin(await chooseRunning(whole, options), options);
  const migration = forTarget(whole, chosen.config);
  const { kind, kubeconfig } = chosen.config;
  if (kind === 'embedded' && kubeconfig !== undefined) await callReplicaAt(kubeconfig, 'PUT', 'ledger');
  const connected = connections(migration, chosen.config, chosen.name, process.env);
  const directory = ledgerDirectory(migration, chosen, options.config);
  return {
    migration,
    chosen,
    connections: connected,
    ledgerFile: async () => ledgerFile(directory, await connected.clusterUid()),
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

async function withAdmin(chosen: ChosenTarget, options: ActOptions): Promise<ChosenTarget> {
  const { context: _, adminContext, ...config } = chosen.config;
  const context = options.context ?? adminContext;
  const kubeconfig = await kubeconfigOf(chosen);
  return {
    ...chosen,
    config: {
      ...config,
      ...(adminContext === undefined ? {} : { adminContext }),
      ...(context === undefined ? {} : { context }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
  };
}

async function kubeconfigOf({ name, config }: ChosenTarget): Promise<string | undefined> {
  if (config.kubeconfig !== undefined) return resolve(config.kubeconfig);
  if (config.kind === 'live') return undefined;
  if (config.kind !== 'embedded') return (await raisedFromHere(name, config.kind)).kubeconfig;
  const running = await runningReplica();
  if (running === undefined)
    throw new UsageError(
      `target ${name}: no replica runs, and one that ended at once would be of no use: npm run replica -- --detach`,
    );
  return running.kubeconfig;
}
