import { ApiException, AppsV1Api, CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';
import { observeWorkloads } from '../../helpers/cluster/workloads.ts';
import { type Step, stepWords } from '../../helpers/cutover/steps.ts';
import { mask } from '../../helpers/target/mask.ts';
import type { Target } from '../../helpers/target/target.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import type { ClusterLock } from '../acts/lock.ts';

/** A pod that is told to end has 30 s by default; one that starts may have to wait for its volume. */
const settlesWithinSeconds = 180;

export interface Performance {
  readonly target: Target;
  /** Renewed before each step: a lock that was lost ends the act there. */
  readonly lock: Pick<ClusterLock, 'hold'>;
  readonly signal: AbortSignal;
  /** Told of each step, before it and when its effect can be seen. */
  readonly begins: (step: Step) => void;
  readonly done: (step: Step) => void;
}

/**
 * Takes the steps one after another, each once the one before it can be seen to have worked. Throws at the first that
 * does not, with the API server's words, and between two steps `LockLost` and the abort reason of the signal: what was
 * done stays done.
 */
export async function perform(
  steps: readonly Step[],
  { target, lock, signal, begins, done }: Performance,
): Promise<void> {
  for (const step of steps) {
    signal.throwIfAborted();
    await lock.hold();
    begins(step);
    await change(target.kubeConfig, step);
    await settled(target, step, signal);
    done(step);
  }
}

async function change(kubeConfig: KubeConfig, step: Step): Promise<void> {
  try {
    if (step.do === 'scale') await scale(kubeConfig.makeApiClient(AppsV1Api), step);
    else await setSuspended(kubeConfig.makeApiClient(CustomObjectsApi), step);
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    throw new Unobservable(
      'forbidden',
      mask(`${stepWords(step)}: the API server answers ${error.code}: ${statusMessage(error.body)}`),
    );
  }
}

async function scale(apps: AppsV1Api, { workload, to }: Extract<Step, { do: 'scale' }>): Promise<void> {
  const { kind, namespace, name } = workload;
  // add, since a Scale of 0 has no member to replace.
  const request = { namespace, name, body: [{ op: 'add', path: '/spec/replicas', value: to }] };
  if (kind === 'Deployment') await apps.patchNamespacedDeploymentScale(request);
  else await apps.patchNamespacedStatefulSetScale(request);
}

async function setSuspended(
  custom: CustomObjectsApi,
  { do: what, owner }: Exclude<Step, { do: 'scale' }>,
): Promise<void> {
  await custom.patchNamespacedCustomObject({
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    plural: 'kustomizations',
    ...owner,
    body: [{ op: 'add', path: '/spec/suspend', value: what === 'suspend' }],
  });
}

/** Down means that no pod is left, one on its way out included; up, that all replicas are ready. */
async function settled(target: Target, step: Step, signal: AbortSignal): Promise<void> {
  if (step.do !== 'scale') return;
  const look = async () => {
    const [state] = await observeWorkloads(target, [step.workload]);
    const { replicasDesired = 0, replicasReady = 0, pods = [] } = state ?? {};
    if (replicasDesired !== step.to)
      return notYet(`${replicasDesired} replicas are wanted: somebody else scales it too`);
    const isSettled = step.to === 0 ? pods.length === 0 : replicasReady === step.to;
    return isSettled ? seen(undefined) : notYet(`${replicasReady} of ${step.to} ready, ${pods.length} pods`);
  };
  await eventually(look, { for: stepWords(step), within: settlesWithinSeconds, every: 1, signal });
}

function statusMessage(body: unknown): string {
  try {
    return String(JSON.parse(String(body)).message);
  } catch {
    return String(body).slice(0, 200);
  }
}
