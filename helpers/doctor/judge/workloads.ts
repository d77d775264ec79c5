import { foundInstead, list } from '../../judge/words.ts';
import { podTrouble } from '../../judge/workloads.ts';
import type { ServiceSight, Sights, WorkloadSight } from '../observed.ts';
import { type DoctorFinding, type Level, seen, unseen, unseenFinding } from './finding.ts';

/** Workloads and Services that are not what migration.yaml says; what is there, in one line. */
export function workloadFindings({ workloads, services }: Pick<Sights, 'workloads' | 'services'>): DoctorFinding[] {
  const there = workloads.filter(({ state }) => seen(state)?.exists);
  const ready = services.filter(({ pod }) => seen(pod) !== undefined);
  return [
    ...summary(there.length, workloads.length, 'workloads', 'exist'),
    ...workloads.flatMap(workloadFinding),
    ...unreadNamespaces(workloads),
    ...summary(ready.length, services.length, 'Services', 'have a ready pod'),
    ...services.flatMap(serviceFinding),
  ];
}

function summary(good: number, all: number, subject: string, text: string): DoctorFinding[] {
  if (good === 0) return [];
  const how = good === all ? `all ${all} that migration.yaml names ${text}` : `${good} of ${all} ${text}`;
  return [finding('ok', subject, how)];
}

function workloadFinding({ ref, old, state }: WorkloadSight): DoctorFinding[] {
  const workload = seen(state);
  if (workload === undefined) return [];
  const subject = `${ref.kind} ${ref.namespace}/${ref.name}`;
  if (!workload.exists) {
    const text = `does not exist${foundInstead(workload.foundInstead)}`;
    return old
      ? [finding('warning', subject, `${text} (of the old system: removed?)`)]
      : [
          {
            ...finding('unseen', subject, text),
            fix: `correct migration.yaml, or kubectl -n ${ref.namespace} get ${ref.kind.toLowerCase()}s`,
          },
        ];
  }
  const { replicasReady, replicasDesired } = workload;
  if (replicasReady >= replicasDesired) return [];
  const why = workload.pods.flatMap(podTrouble).map(({ observed }) => `; ${observed}`);
  return [finding('warning', subject, `${replicasReady} of ${replicasDesired} replicas ready${why.join('')}`)];
}

/** A namespace that cannot be listed hides all of its workloads: said once. */
function unreadNamespaces(workloads: readonly WorkloadSight[]): DoctorFinding[] {
  const causes = Map.groupBy(workloads, ({ state }) => unseen(state)?.message);
  return [...causes].flatMap(([message, hidden]) => {
    const why = unseen(hidden[0]?.state);
    if (message === undefined || why === undefined) return [];
    return [unseenFinding('workloads', list(hidden.map(({ ref }) => `${ref.namespace}/${ref.name}`)), why)];
  });
}

function serviceFinding({ service, old, pod }: ServiceSight): DoctorFinding[] {
  const why = unseen(pod);
  if (why === undefined) return [];
  const subject = `Service ${service.namespace}/${service.service}:${service.port}`;
  const found = unseenFinding('workloads', subject, { ...why, message: why.message.replace(`${subject} `, '') });
  return [old && why.kind === 'no-ready-pod' ? { ...found, level: 'warning' } : found];
}

function finding(level: Level, subject: string, text: string): DoctorFinding {
  return { group: 'workloads', level, subject, text };
}
