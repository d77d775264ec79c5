import { didYouMean } from '../../helpers/config/nearest.ts';
import type { Migration, TargetConfig } from '../../helpers/config/schema.ts';
import type { RunTarget } from '../../helpers/evidence/run.ts';
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
 * What the kubeconfig says of the target; nothing is asked of the cluster.
 * Throws `TargetConfigError` when there is no usable kubeconfig or context.
 */
export async function describeTarget({ name, config }: ChosenTarget): Promise<RunTarget> {
  // Kept out of the start: it loads the Kubernetes client, and the worker that runs the specs does so too, meanwhile.
  const { loadKubeConfig } = await import('../../helpers/target/kubeconfig.ts');
  const kubeConfig = loadKubeConfig(config, name, process.env);
  const server = kubeConfig.getCurrentCluster()?.server;
  return {
    name,
    kind: config.kind,
    rehearsal: config.kind !== 'live',
    timeScale: config.timeScale,
    context: kubeConfig.getCurrentContext(),
    ...(server === undefined ? {} : { server }),
  };
}
