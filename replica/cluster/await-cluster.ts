import { observeWorkloads } from '../../helpers/cluster/workloads.ts';
import { podTrouble } from '../../helpers/judge/workloads.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { type Cluster, objectName } from './cluster.ts';

/** How a step of the raising waits: with a deadline, and a word whenever what it sees changes. */
export interface Patience {
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}

/** What is waited for: by name while it is not there, with the reason of each for the time-out's message. */
export interface Waiting {
  readonly name: string;
  readonly why: string;
}

/** Waits until nothing is left to wait for, telling what is left whenever that changes. */
export function patiently(
  what: string,
  within: number,
  { progress, signal }: Patience,
  probe: () => Promise<readonly Waiting[]>,
): Promise<void> {
  let told = '';
  const look = async () => {
    const left = await probe();
    if (left.length === 0) return seen(undefined);
    const names = left.map(({ name }) => name).join(', ');
    if (names !== told) progress(`waiting for ${what}: ${names}`);
    told = names;
    return notYet(left.map(({ name, why }) => `${name} (${why})`).join(', '));
  };
  return eventually(look, { for: what, within, every: 1, signal });
}

type WorkloadKind = 'Deployment' | 'StatefulSet';

export function isWorkload({ kind }: KubeObject): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet';
}

/** Resolves when each of these Deployments and StatefulSets has all its replicas ready. */
export async function whenWorkloadsReady(
  { target }: Cluster,
  workloads: readonly KubeObject[],
  within: number,
  patience: Patience,
): Promise<void> {
  const refs = workloads.map(({ kind, metadata: { namespace = '', name } }) => ({
    kind: kind as WorkloadKind,
    namespace,
    name,
  }));
  await patiently('ready pods', within, patience, async () => {
    const states = await observeWorkloads(target, refs);
    return states
      .filter(({ replicasReady, replicasDesired }) => replicasReady < replicasDesired)
      .map(({ namespace, name, pods }) => {
        const why = pods.flatMap((pod) => podTrouble(pod)).map(({ observed }) => observed);
        return { name: `${namespace}/${name}`, why: why.join('; ') || 'no pod yet' };
      });
  });
}

/** Resolves when each Job is complete. Throws when one has failed for good. */
export async function whenJobsComplete(
  { batch }: Cluster,
  jobs: readonly KubeObject[],
  within: number,
  patience: Patience,
): Promise<void> {
  await patiently('completed Jobs', within, patience, async () => {
    const waiting: Waiting[] = [];
    for (const job of jobs) {
      const { namespace = '', name } = job.metadata;
      const { status } = await batch.readNamespacedJob({ namespace, name });
      const is = (wanted: string) =>
        status?.conditions?.find(({ type, status: so }) => type === wanted && so === 'True');
      const failed = is('Failed');
      if (failed)
        throw new Error(`${objectName(job)} failed (${failed.message}): kubectl logs -n ${namespace} job/${name}`);
      if (is('Complete')) continue;
      waiting.push({ name: objectName(job), why: `${status?.active ?? 0} active, ${status?.failed ?? 0} failed` });
    }
    return waiting;
  });
}
