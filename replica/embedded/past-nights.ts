import { Cron } from 'croner';
import type { ClusterClock } from './cluster-clock.ts';
import type { KubeObject, ObjectStore } from './kubernetes/object.ts';

const cronJobs = { group: 'batch', resource: 'cronjobs' };
const jobs = { group: 'batch', resource: 'jobs' };

/** As many as a CronJob keeps. */
const nights = 3;
/** A past second takes a millisecond, so that a Job has taken about as long as a real one. */
const rate = 1_000;
const withinMs = 20_000;
const nudge = 'replica.local/due';

/**
 * Lets every CronJob have its last runs, each at its own time of the past, by the controllers and the node that will
 * do the next ones. Ends with the clock at now. Throws when a Job does not complete in time, naming it.
 */
export async function livePastNights(store: ObjectStore, clock: ClusterClock): Promise<void> {
  const runs = store.list(cronJobs).flatMap((cronJob) => dueTimes(cronJob).map((due) => ({ cronJob, due })));
  for (const { cronJob, due } of runs.sort((a, b) => a.due.getTime() - b.due.getTime())) {
    clock.runFrom(due.getTime(), rate);
    const { namespace, name } = cronJob.metadata;
    const complete = completed(store, namespace, `${name}-${Math.floor(due.getTime() / 60_000)}`);
    annotate(store, cronJob, due.toISOString());
    await complete;
  }
  clock.live();
  // The controller looks again, and finds when the next run is due.
  for (const cronJob of store.list(cronJobs)) annotate(store, cronJob, undefined);
}

function dueTimes({ spec, metadata }: KubeObject): Date[] {
  if (spec?.suspend === true) return [];
  const schedule = new Cron(String(spec?.schedule), { paused: true, timezone: 'Etc/UTC' });
  const created = new Date(metadata.creationTimestamp ?? 0);
  return schedule.previousRuns(nights, new Date()).filter((due) => due > created);
}

function annotate(store: ObjectStore, { metadata: { namespace, name } }: KubeObject, due: string | undefined): void {
  store.change(cronJobs, namespace, name, ({ metadata }) => {
    const { [nudge]: _, ...annotations } = metadata.annotations ?? {};
    if (due !== undefined) metadata.annotations = { ...annotations, [nudge]: due };
    else if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    else delete metadata.annotations;
  });
}

function completed(store: ObjectStore, namespace: string | undefined, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const scope = new DisposableStack();
    const late = setTimeout(() => {
      scope.dispose();
      reject(new Error(`Job ${namespace}/${name} did not complete within ${withinMs / 1000} s`));
    }, withinMs);
    scope.defer(() => clearTimeout(late));
    scope.use(
      store.watch(jobs, ({ object }) => {
        if (object.metadata.name !== name || object.metadata.namespace !== namespace) return;
        const conditions = (object.status?.conditions ?? []) as { type: string; status: string }[];
        if (!conditions.some(({ type, status }) => type === 'Complete' && status === 'True')) return;
        scope.dispose();
        resolve();
      }),
    );
  });
}
