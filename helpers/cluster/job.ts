import { ifExists } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import type { JobState } from './observed.ts';

/** A Job's counts of pods. One that its ttl has cleaned up, or that never was, is `exists: false`. */
export async function observeJob({ kube }: Pick<Target, 'kube'>, namespace: string, name: string): Promise<JobState> {
  const job = await ifExists(kube.batch.readNamespacedJob({ namespace, name }));
  return {
    namespace,
    name,
    exists: job !== undefined,
    succeeded: job?.status?.succeeded ?? 0,
    failed: job?.status?.failed ?? 0,
    active: job?.status?.active ?? 0,
  };
}
