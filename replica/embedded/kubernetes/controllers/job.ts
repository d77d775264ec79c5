import type { V1JobSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { apiTime } from '../store.ts';
import { type Condition, conditionsOf, isTrue, nonZero, withCondition } from './conditions.ts';
import { type Again, type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { claim } from './ownership.ts';
import { isActive, isReady, podFromTemplate } from './pods.ts';

const component = 'job-controller';
/** After a failure the next pod waits, twice as long each time. */
const backOffMs = 10_000;
const longestBackOffMs = 360_000;

/** Runs a Job's pods to completion, or until too many have failed; takes it away when its time to live is over. */
export function jobController(context: ControllerContext): Controller {
  return {
    name: 'job',
    watches: [own(refs.jobs), owned(refs.pods, 'Job')],
    reconcile: (key) => reconcile(context, key),
  };
}

function reconcile(context: ControllerContext, { namespace, name }: Key): Again | undefined {
  const { store } = context;
  const job = store.get(refs.jobs, namespace, name);
  if (!job || job.metadata.deletionTimestamp !== undefined) return undefined;
  if (isTrue(job, 'Complete') || isTrue(job, 'Failed')) return outlive(context, job);
  return work(context, job);
}

/** Deletes a finished Job when its ttl is over. */
function outlive({ store, now, timeScale }: ControllerContext, job: KubeObject): Again | undefined {
  const { ttlSecondsAfterFinished: ttl } = job.spec as unknown as V1JobSpec;
  if (ttl === undefined) return undefined;
  const finished =
    conditionsOf(job).find(({ type }) => type === 'Complete' || type === 'Failed')?.lastTransitionTime ?? '';
  const leftMs = Date.parse(finished) + ttl * 1000 - now().getTime();
  // Days of history are never sped up: only what is waited for in minutes is.
  if (leftMs > 0) return { afterMs: ttl > 3_600 ? leftMs : leftMs / timeScale };
  store.delete(refs.jobs, job.metadata.namespace, job.metadata.name, { propagationPolicy: 'Foreground' });
  return undefined;
}

function work(context: ControllerContext, job: KubeObject): Again | undefined {
  const { store, now } = context;
  const spec = job.spec as unknown as V1JobSpec;
  const pods = claim(store, job, refs.pods);
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded');
  const failed = pods.filter((pod) => pod.status?.phase === 'Failed');
  const active = pods.filter(isActive);
  const started = (job.status?.startTime as string | undefined) ?? (spec.suspend ? undefined : apiTime(now()));
  const needed = spec.completions ?? (succeeded.length > 0 ? succeeded.length : (spec.parallelism ?? 1));
  const overdueMs =
    spec.activeDeadlineSeconds === undefined || !started
      ? undefined
      : Date.parse(started) + spec.activeDeadlineSeconds * 1000 - now().getTime();
  const end = ending({ job, succeeded, failed, active, needed, overdueMs });
  let again: Again | undefined = overdueMs === undefined ? undefined : { afterMs: overdueMs };
  if (end) {
    for (const pod of active) store.delete(refs.pods, pod.metadata.namespace, pod.metadata.name);
    if (end.type === 'Complete') context.events.record(job, 'Normal', 'Completed', 'Job completed', component);
    else context.events.record(job, 'Warning', end.reason ?? 'Failed', end.message ?? '', component);
  } else if (spec.suspend) {
    for (const pod of active) store.delete(refs.pods, pod.metadata.namespace, pod.metadata.name);
  } else {
    const waitMs = backOff(context, failed);
    if (waitMs > 0) again = { afterMs: Math.min(waitMs, again?.afterMs ?? waitMs) };
    else
      for (let more = Math.min(spec.parallelism ?? 1, needed - succeeded.length) - active.length; more > 0; more -= 1)
        if (!createPod(context, job)) break;
  }
  writeStatus(context, job, {
    started,
    end,
    counts: { succeeded: succeeded.length, failed: failed.length },
    finishedAt: finishedAt(succeeded),
  });
  return again;
}

interface Tally {
  readonly job: KubeObject;
  readonly succeeded: readonly KubeObject[];
  readonly failed: readonly KubeObject[];
  readonly active: readonly KubeObject[];
  readonly needed: number;
  readonly overdueMs: number | undefined;
}

/** The condition by which a Job is over; undefined while it is not. */
function ending({ job, succeeded, failed, active, needed, overdueMs }: Tally): Condition | undefined {
  const spec = job.spec as unknown as V1JobSpec;
  const make = (type: string, reason: string, message: string): Condition => ({
    type,
    status: 'True',
    reason,
    message,
  });
  // Containers that are restarted within their pod fail as often as pods that are made anew.
  const restarts = active
    .flatMap((pod) => (pod.status?.containerStatuses ?? []) as { restartCount?: number }[])
    .reduce((sum, each) => sum + (each.restartCount ?? 0), 0);
  if (failed.length + restarts > (spec.backoffLimit ?? 6))
    return make('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  if (overdueMs !== undefined && overdueMs <= 0)
    return make('Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline');
  const isDone =
    spec.completions === undefined ? succeeded.length > 0 && active.length === 0 : succeeded.length >= needed;
  return isDone ? make('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods') : undefined;
}

function finishedAt(pods: readonly KubeObject[]): string | undefined {
  const times = pods
    .flatMap((pod) => (pod.status?.containerStatuses ?? []) as { state?: { terminated?: { finishedAt?: string } } }[])
    .map(({ state }) => state?.terminated?.finishedAt)
    .filter((time) => time !== undefined);
  return times.sort().at(-1);
}

function backOff({ now, timeScale }: ControllerContext, failed: readonly KubeObject[]): number {
  const last = failed
    .flatMap((pod) => (pod.status?.containerStatuses ?? []) as { state?: { terminated?: { finishedAt?: string } } }[])
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter((time) => !Number.isNaN(time));
  if (last.length === 0) return 0;
  const waitMs = Math.min(backOffMs * 2 ** (failed.length - 1), longestBackOffMs) / timeScale;
  return Math.max(...last) + waitMs - now().getTime();
}

function createPod({ store, events }: ControllerContext, job: KubeObject): boolean {
  const spec = job.spec as unknown as V1JobSpec;
  try {
    const pod = store.create(refs.pods, podFromTemplate(job, spec.template, { generateName: `${job.metadata.name}-` }));
    events.record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component);
    return true;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    events.record(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, component);
    return false;
  }
}

interface Outcome {
  readonly started: string | undefined;
  readonly end: Condition | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly finishedAt: string | undefined;
}

function writeStatus(
  { store, now }: ControllerContext,
  job: KubeObject,
  { started, end, counts, finishedAt }: Outcome,
): void {
  const active = end ? [] : claim(store, job, refs.pods).filter(isActive);
  const spec = job.spec as unknown as V1JobSpec;
  store.change(refs.jobs, job.metadata.namespace, job.metadata.name, (object) => {
    const time = (end?.type === 'Complete' ? finishedAt : undefined) ?? apiTime(now());
    const before = conditionsOf(object);
    const goal: Condition[] =
      end?.type === 'Complete'
        ? [{ ...end, type: 'SuccessCriteriaMet' }, end]
        : end
          ? [{ ...end, type: 'FailureTarget' }, end]
          : suspension(spec, before);
    const conditions = goal.reduce<Condition[]>(
      (all, each) => withCondition(all, { ...each, lastProbeTime: time } as Condition, time),
      [...before],
    );
    object.status = {
      ...(conditions.length > 0 ? { conditions } : {}),
      ...(started === undefined ? {} : { startTime: started }),
      ...(end?.type === 'Complete' ? { completionTime: time } : {}),
      ...nonZero({ ...counts, active: active.length }),
      ready: active.filter(isReady).length,
      terminating: 0,
      uncountedTerminatedPods: {},
    };
  });
}

function suspension(spec: V1JobSpec, before: readonly Condition[]): Condition[] {
  if (spec.suspend) return [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }];
  return before.some(({ type }) => type === 'Suspended')
    ? [{ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }]
    : [];
}
