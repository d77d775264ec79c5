import type { V1Job } from '@kubernetes/client-node';
import type { BackupJobState } from '../backup/observed.ts';
import type { Target } from '../target/target.ts';

/** A CronJob with the newest Job that it made. */
export async function observeCronJob(
  { kube }: Pick<Target, 'kube'>,
  namespace: string,
  name: string,
): Promise<BackupJobState> {
  const { items } = await kube.batch.listNamespacedCronJob({ namespace });
  const cronJob = items.find(({ metadata }) => metadata?.name === name);
  const foundInstead = items.flatMap(({ metadata }) => metadata?.name ?? []);
  if (cronJob === undefined) return { namespace, name, exists: false, foundInstead };
  const jobs = (await kube.batch.listNamespacedJob({ namespace })).items.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ uid }) => uid === cronJob.metadata?.uid),
  );
  const newest = jobs.sort((a, b) => startOf(b).localeCompare(startOf(a)))[0];
  const lastSuccess = cronJob.status?.lastSuccessfulTime;
  return {
    namespace,
    name,
    exists: true,
    foundInstead: [],
    isSuspended: cronJob.spec?.suspend === true,
    ...(cronJob.spec?.schedule === undefined ? {} : { schedule: cronJob.spec.schedule }),
    ...(lastSuccess === undefined ? {} : { lastSuccessAt: new Date(lastSuccess).toISOString() }),
    ...(newest === undefined
      ? {}
      : { lastJob: { name: newest.metadata?.name ?? '', outcome: outcomeOf(newest), at: startOf(newest) } }),
  };
}

function startOf({ status, metadata }: V1Job): string {
  return new Date(status?.startTime ?? metadata?.creationTimestamp ?? 0).toISOString();
}

function outcomeOf({ status }: V1Job): 'succeeded' | 'failed' | 'active' {
  const is = (type: string) => status?.conditions?.some((one) => one.type === type && one.status === 'True') === true;
  return is('Complete') ? 'succeeded' : is('Failed') ? 'failed' : 'active';
}
