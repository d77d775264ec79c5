import { humanDuration } from '../duration.ts';
import type { KubeObject } from '../object.ts';
import {
  age,
  type Cell,
  column,
  containers,
  count,
  integer,
  items,
  labels,
  loose,
  nameColumn,
  none,
  type Printer,
  selector,
  since,
  templateSpec,
  text,
  wide,
} from './printer.ts';

const wideColumns = [column('Containers', wide), column('Images', wide), column('Selector', wide)];

function wideCells(object: KubeObject): readonly Cell[] {
  return [...containers(templateSpec(object)), selector(object.spec?.selector)];
}

export const deploymentPrinter: Printer = {
  columns: [nameColumn, column('Ready'), column('Up-to-date'), column('Available'), column('Age'), ...wideColumns],
  cells: (object, now) => [
    object.metadata.name,
    `${count(object.status?.readyReplicas)}/${count(object.spec?.replicas)}`,
    count(object.status?.updatedReplicas),
    count(object.status?.availableReplicas),
    age(object, now),
    ...wideCells(object),
  ],
};

export const replicaSetPrinter: Printer = {
  columns: [
    nameColumn,
    column('Desired', integer),
    column('Current', integer),
    column('Ready', integer),
    column('Age'),
    ...wideColumns,
  ],
  cells: (object, now) => [
    object.metadata.name,
    count(object.spec?.replicas),
    count(object.status?.replicas),
    count(object.status?.readyReplicas),
    age(object, now),
    ...wideCells(object),
  ],
};

export const statefulSetPrinter: Printer = {
  columns: [nameColumn, column('Ready'), column('Age'), column('Containers', wide), column('Images', wide)],
  cells: (object, now) => [
    object.metadata.name,
    `${count(object.status?.readyReplicas)}/${count(object.spec?.replicas)}`,
    age(object, now),
    ...containers(templateSpec(object)),
  ],
};

export const daemonSetPrinter: Printer = {
  columns: [
    nameColumn,
    column('Desired', integer),
    column('Current', integer),
    column('Ready', integer),
    column('Up-to-date', integer),
    column('Available', integer),
    column('Node Selector'),
    column('Age'),
    ...wideColumns,
  ],
  cells: (object, now) => [
    object.metadata.name,
    count(object.status?.desiredNumberScheduled),
    count(object.status?.currentNumberScheduled),
    count(object.status?.numberReady),
    count(object.status?.updatedNumberScheduled),
    count(object.status?.numberAvailable),
    labels(loose(templateSpec(object)).nodeSelector),
    age(object, now),
    ...wideCells(object),
  ],
};

export const jobPrinter: Printer = {
  columns: [nameColumn, column('Status'), column('Completions'), column('Duration'), column('Age'), ...wideColumns],
  cells: (object, now) => [
    object.metadata.name,
    jobStatus(object),
    jobCompletions(object),
    jobDuration(object, now),
    age(object, now),
    ...wideCells(object),
  ],
};

function jobStatus(object: KubeObject): string {
  const holds = (type: string) =>
    items(object.status?.conditions).some((each) => each.type === type && each.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  return holds('FailureTarget') ? 'FailureTarget' : 'Running';
}

function jobCompletions(object: KubeObject): string {
  const succeeded = count(object.status?.succeeded);
  const { completions, parallelism } = object.spec ?? {};
  if (typeof completions === 'number') return `${succeeded}/${completions}`;
  return count(parallelism) > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: KubeObject, now: Date): string {
  const { startTime, completionTime } = object.status ?? {};
  if (typeof startTime !== 'string') return '';
  const end = typeof completionTime === 'string' ? Date.parse(completionTime) : now.getTime();
  return humanDuration(end - Date.parse(startTime));
}

export const cronJobPrinter: Printer = {
  columns: [
    nameColumn,
    column('Schedule'),
    column('Timezone'),
    column('Suspend', { type: 'boolean' }),
    column('Active', integer),
    column('Last Schedule'),
    column('Age'),
    ...wideColumns,
  ],
  cells: (object, now) => {
    const job = loose(loose(object.spec?.jobTemplate).spec);
    const last = object.status?.lastScheduleTime;
    return [
      object.metadata.name,
      text(object.spec?.schedule),
      text(object.spec?.timeZone) || none,
      object.spec?.suspend === true ? 'True' : 'False',
      items(object.status?.active).length,
      last === undefined ? none : since(last, now),
      age(object, now),
      ...containers(loose(job.template).spec),
      selector(job.selector),
    ];
  },
};

export const controllerRevisionPrinter: Printer = {
  columns: [nameColumn, column('Controller'), column('Revision', integer), column('Age')],
  cells: (object, now) => {
    const owner = object.metadata.ownerReferences?.find((each) => each.controller);
    return [object.metadata.name, owner ? ownerText(owner) : none, count(object.revision), age(object, now)];
  },
};

function ownerText({ kind, apiVersion, name }: { kind: string; apiVersion: string; name: string }): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${name}`;
}
