import type { V1CronJobSpec } from '@kubernetes/client-node';
import { Cron } from 'croner';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { apiTime } from '../store.ts';
import { condition, isTrue } from './conditions.ts';
import { type Again, type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { controllerReference } from './ownership.ts';

const component = 'cronjob-controller';
const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Makes a CronJob's Jobs when they are due, at life's own pace, and keeps as many finished ones as it says. */
export function cronJobController(context: ControllerContext): Controller {
  return {
    name: 'cronjob',
    watches: [own(refs.cronJobs), owned(refs.jobs, 'CronJob')],
    reconcile: (key) => reconcile(context, key),
  };
}

function reconcile(context: ControllerContext, { namespace, name }: Key): Again | undefined {
  const { store, now } = context;
  const cronJob = store.get(refs.cronJobs, namespace, name);
  if (!cronJob || cronJob.metadata.deletionTimestamp !== undefined) return undefined;
  const spec = cronJob.spec as unknown as V1CronJobSpec;
  const schedule = parse(context, cronJob, spec);
  if (!schedule) return undefined;
  const due = spec.suspend ? undefined : missedRun(schedule, cronJob, now());
  const created = due && startJob(context, cronJob, spec, due);
  clean(context, cronJob, spec);
  writeStatus(context, cronJob, created ? due : undefined);
  const next = schedule.nextRun(now());
  return next && !spec.suspend ? { afterMs: next.getTime() - now().getTime() } : undefined;
}

function parse(
  { events }: ControllerContext,
  cronJob: KubeObject,
  { schedule, timeZone }: V1CronJobSpec,
): Cron | undefined {
  try {
    return new Cron(schedule, { paused: true, timezone: timeZone ?? 'Etc/UTC' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    events.record(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${schedule} : ${why}`, component);
    return undefined;
  }
}

/** The newest time at which a Job should have been made and was not. */
function missedRun(schedule: Cron, { metadata, status }: KubeObject, now: Date): Date | undefined {
  const from = new Date((status?.lastScheduleTime as string | undefined) ?? metadata.creationTimestamp ?? now);
  const first = schedule.nextRun(from);
  if (!first || first > now) return undefined;
  const newest = schedule.previousRuns(1, new Date(now.getTime() + 1))[0];
  return newest && newest > first ? newest : first;
}

function jobsOf({ store }: ControllerContext, { metadata }: KubeObject): KubeObject[] {
  return store
    .list(refs.jobs, metadata.namespace)
    .filter((job) => job.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
}

function isFinished(job: KubeObject): boolean {
  return isTrue(job, 'Complete') || isTrue(job, 'Failed');
}

function startJob(context: ControllerContext, cronJob: KubeObject, spec: V1CronJobSpec, due: Date): boolean {
  const { store, events, now } = context;
  const { name, namespace = 'default' } = cronJob.metadata;
  const lateMs = now().getTime() - due.getTime();
  if (spec.startingDeadlineSeconds !== undefined && lateMs > spec.startingDeadlineSeconds * 1000) return false;
  const active = jobsOf(context, cronJob).filter((job) => !isFinished(job));
  if (active.length > 0 && spec.concurrencyPolicy === 'Forbid') {
    events.record(
      cronJob,
      'Normal',
      'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid',
      component,
    );
    return false;
  }
  if (spec.concurrencyPolicy === 'Replace') {
    for (const { metadata } of active) store.delete(refs.jobs, metadata.namespace, metadata.name);
  }
  const { metadata = {}, spec: jobSpec } = spec.jobTemplate;
  try {
    const job = store.create(refs.jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        // One time makes one name, so that no time makes two Jobs.
        name: `${name}-${Math.floor(due.getTime() / 60_000)}`,
        namespace,
        ...(metadata.labels ? { labels: metadata.labels } : {}),
        annotations: { ...metadata.annotations, [scheduledAnnotation]: apiTime(due) },
        ownerReferences: [controllerReference(cronJob)],
      },
      spec: jobSpec as unknown as Record<string, unknown>,
    });
    events.record(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`, component);
    return true;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.reason === 'AlreadyExists';
  }
}

function clean(context: ControllerContext, cronJob: KubeObject, spec: V1CronJobSpec): void {
  const jobs = jobsOf(context, cronJob).sort(
    (a, b) => Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? ''),
  );
  const keep = (type: string, limit: number) => {
    const finished = jobs.filter((job) => isTrue(job, type));
    for (const { metadata } of finished.slice(0, Math.max(0, finished.length - limit)))
      context.store.delete(refs.jobs, metadata.namespace, metadata.name);
  };
  keep('Complete', spec.successfulJobsHistoryLimit ?? 3);
  keep('Failed', spec.failedJobsHistoryLimit ?? 1);
}

function writeStatus(context: ControllerContext, cronJob: KubeObject, scheduled: Date | undefined): void {
  const jobs = jobsOf(context, cronJob);
  const active = jobs.filter((job) => !isFinished(job));
  const succeeded = jobs
    .filter((job) => isTrue(job, 'Complete'))
    .map((job) => job.status?.completionTime ?? condition(job, 'Complete')?.lastTransitionTime);
  const newest = succeeded.map(String).sort().at(-1);
  context.store.change(refs.cronJobs, cronJob.metadata.namespace, cronJob.metadata.name, (object) => {
    const { active: _, ...rest } = object.status ?? {};
    const references = active.map(({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      name: metadata.name,
      namespace: metadata.namespace,
      resourceVersion: metadata.resourceVersion,
      uid: metadata.uid,
    }));
    object.status = {
      ...rest,
      ...(references.length > 0 ? { active: references } : {}),
      ...(scheduled ? { lastScheduleTime: apiTime(scheduled) } : {}),
      ...(newest === undefined ? {} : { lastSuccessfulTime: newest }),
    };
  });
}
