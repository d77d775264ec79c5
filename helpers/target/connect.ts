import type { TargetConfig } from '../config/schema.ts';
import { Dialer } from './dialer.ts';
import { ReadOnlyKube } from './kube.ts';
import { loadKubeConfig } from './kubeconfig.ts';
import type { Target } from './target.ts';

export interface ConnectOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Closes the target when it aborts. */
  readonly signal?: AbortSignal;
  /** `run.connectDeadline`: what one call, or the opening of one tunnel, may take. */
  readonly connectDeadlineSeconds?: number;
}

/**
 * The target of this name. It reads the kubeconfig and asks the cluster nothing: a cluster that does not answer is found
 * out by each observation, so that each criterion can say so.
 * Throws `TargetConfigError` (exit code 64) when there is no usable kubeconfig or context.
 */
export async function connectTarget(config: TargetConfig, name: string, options: ConnectOptions): Promise<Target> {
  const kubeConfig = loadKubeConfig(config, name, options.env);
  const kube = new ReadOnlyKube(kubeConfig, { deadlineSeconds: options.connectDeadlineSeconds ?? 5 });
  const dialer = new Dialer(kube);
  const close = async () => kube.close();
  options.signal?.addEventListener('abort', close, { once: true });
  return {
    name,
    kind: config.kind,
    rehearsal: config.kind !== 'live',
    timeScale: config.timeScale,
    context: kubeConfig.getCurrentContext(),
    server: kube.transport.server,
    kube,
    kubeConfig,
    dial: (address) => dialer.dial(address),
    close,
  };
}
