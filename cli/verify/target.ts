import { didYouMean } from '../../helpers/config/nearest.ts';
import type { Migration, TargetConfig } from '../../helpers/config/schema.ts';
import type { RunTarget } from '../../helpers/evidence/run.ts';
import { clusterReplicaHome, recordedClusterReplica, replicaHome, runningReplica } from '../../replica/home.ts';
import { UsageError } from '../usage-error.ts';

/** What a command line may say of its target. */
export interface TargetOptions {
  readonly target?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

export interface ChosenTarget {
  readonly name: string;
  readonly config: TargetConfig;
  /** Images of a replica that stand in for those of the manifests, in words. */
  readonly standIns?: readonly string[];
}

/** The target that the command line or migration.yaml names. Throws `UsageError` for a name that is no target. */
export function chooseTarget(migration: Migration, { target, kubeconfig, context }: TargetOptions): ChosenTarget {
  const name = target ?? migration.target;
  const config = migration.targets[name];
  if (config === undefined) {
    const names = Object.keys(migration.targets);
    throw new UsageError(`no target "${name}"${didYouMean(name, names)}; the targets: ${names.join(', ')}`);
  }
  return {
    name,
    config: {
      ...config,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    },
  };
}

/**
 * As `chooseTarget`; where the command line names none and the default is a replica, the one that runs, whatever its kind.
 * Throws `UsageError` also when migration.yaml has no target of that kind.
 */
export async function chooseRunning(
  migration: Migration,
  options: TargetOptions,
  homes = { embedded: replicaHome, cluster: clusterReplicaHome },
): Promise<ChosenTarget> {
  const chosen = chooseTarget(migration, options);
  const isSaid = options.target !== undefined || options.kubeconfig !== undefined;
  if (isSaid || chosen.config.kind === 'live' || (await runningReplica(homes.embedded))) return chosen;
  const record = await recordedClusterReplica(homes.cluster);
  if (record === undefined) return chosen;
  const [name] = Object.entries(migration.targets).find(([, { kind }]) => kind === record.kind) ?? [];
  if (name === undefined)
    throw new UsageError(`a replica of kind ${record.kind} is up, and migration.yaml has no target of that kind`);
  return chooseTarget(migration, { ...options, target: name });
}

/**
 * What the kubeconfig says of the target. Of a live one the cluster is asked whether it is a replica: a decision about
 * that is a rehearsal, whatever migration.yaml calls it.
 * Throws `TargetConfigError` when there is no usable kubeconfig or context, and the abort reason of `signal`.
 */
export async function describeTarget(chosen: ChosenTarget, signal: AbortSignal): Promise<RunTarget> {
  const { name, config } = chosen;
  // Kept out of the start: it loads the Kubernetes client, and the worker that runs the specs does so too, meanwhile.
  const { loadKubeConfig } = await import('../../helpers/target/kubeconfig.ts');
  const kubeConfig = loadKubeConfig(config, name, process.env);
  const server = kubeConfig.getCurrentCluster()?.server;
  const mark = config.kind === 'live' ? await askLive(chosen, signal) : undefined;
  const standIns = chosen.standIns ?? mark?.standIns;
  return {
    name,
    kind: config.kind,
    rehearsal: config.kind !== 'live' || mark !== undefined,
    timeScale: config.timeScale,
    context: kubeConfig.getCurrentContext(),
    ...(standIns === undefined ? {} : { standIns }),
    ...(server === undefined ? {} : { server }),
  };
}

async function askLive(chosen: ChosenTarget, signal: AbortSignal) {
  const { markOfLive } = await import('./cluster-replica.ts');
  return markOfLive(chosen, signal);
}
