import { observeWorkloads } from '../../helpers/cluster/workloads.ts';
import { podTrouble } from '../../helpers/judge/workloads.ts';
import { eventually, notYet, type Sighting, seen } from '../../helpers/wait.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { type Cluster, objectName } from './cluster.ts';

/** How a step of the raising waits: with a deadline, and a word whenever what it sees changes. */
export interface Patience {
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}

/** As `eventually`, saying what is so instead whenever that changes. */
export function patiently<T>(
  what: string,
  within: number,
  { progress, signal }: Patience,
  probe: () => Promise<Sighting<T>>,
): Promise<T> {
  let last = '';
  const look = async () => {
    const sighting = await probe();
    if (!sighting.found && sighting.observed !== last) {
      last = sighting.observed;
      progress(`${what}: ${last}`);
    }
    return sighting;
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
  await patiently('pods to be ready', within, patience, async () => {
    const states = await observeWorkloads(target, refs);
    const unready = states
      .filter(({ replicasReady, replicasDesired }) => replicasReady < replicasDesired)
      .map(({ namespace, name, pods }) => {
        const why = pods.flatMap((pod) => podTrouble(pod)).map(({ observed }) => observed);
        return `${namespace}/${name} (${why.join('; ') || 'no pod yet'})`;
      });
    return unready.length === 0 ? seen(undefined) : notYet(`not ready: ${unready.join(', ')}`);
  });
}

/** Resolves when each Job is complete. Throws when one has failed for good. */
export async function whenJobsComplete(
  { batch }: Cluster,
  jobs: readonly KubeObject[],
  within: number,
  patience: Patience,
): Promise<void> {
  await patiently('Jobs to complete', within, patience, async () => {
    const waiting: string[] = [];
    for (const job of jobs) {
      const { namespace = '', name } = job.metadata;
      const { status } = await batch.readNamespacedJob({ namespace, name });
      const is = (wanted: string) =>
        status?.conditions?.find(({ type, status: so }) => type === wanted && so === 'True');
      const failed = is('Failed');
      if (failed)
        throw new Error(`${objectName(job)} failed (${failed.message}): kubectl logs -n ${namespace} job/${name}`);
      if (!is('Complete'))
        waiting.push(`${objectName(job)} (${status?.active ?? 0} active, ${status?.failed ?? 0} failed)`);
    }
    return waiting.length === 0 ? seen(undefined) : notYet(`not complete: ${waiting.join(', ')}`);
  });
}
