import type { KubeObject } from '../object.ts';
import { dataCount } from './network.ts';
import {
  age,
  column,
  count,
  items,
  type Loose,
  loose,
  nameColumn,
  none,
  type Printer,
  since,
  text,
  wide,
} from './printer.ts';

export const namespacePrinter: Printer = {
  columns: [nameColumn, column('Status'), column('Age')],
  cells: (object, now) => [object.metadata.name, text(object.status?.phase), age(object, now)],
};

export const configMapPrinter: Printer = {
  columns: [nameColumn, column('Data'), column('Age')],
  cells: (object, now) => [object.metadata.name, dataCount(object), age(object, now)],
};

export const secretPrinter: Printer = {
  columns: [nameColumn, column('Type'), column('Data'), column('Age')],
  cells: (object, now) => [object.metadata.name, text(object.type), dataCount(object), age(object, now)],
};

export const serviceAccountPrinter: Printer = {
  columns: [nameColumn, column('Secrets'), column('Age')],
  cells: (object, now) => [object.metadata.name, items(object.secrets).length, age(object, now)],
};

const rolePrefix = 'node-role.kubernetes.io/';

export const nodePrinter: Printer = {
  columns: [
    nameColumn,
    column('Status'),
    column('Roles'),
    column('Age'),
    column('Version'),
    column('Internal-IP', wide),
    column('External-IP', wide),
    column('OS-Image', wide),
    column('Kernel-Version', wide),
    column('Container-Runtime', wide),
  ],
  cells: (object, now) => {
    const info = loose(object.status?.nodeInfo);
    const address = (type: string) =>
      text(items(object.status?.addresses).find((each) => each.type === type)?.address) || none;
    const ready = items(object.status?.conditions).find((each) => each.type === 'Ready');
    const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
    const roles = Object.keys(object.metadata.labels ?? {}).filter((label) => label.startsWith(rolePrefix));
    return [
      object.metadata.name,
      object.spec?.unschedulable ? `${state},SchedulingDisabled` : state,
      roles
        .map((label) => label.slice(rolePrefix.length))
        .sort()
        .join(',') || none,
      age(object, now),
      text(info.kubeletVersion),
      address('InternalIP'),
      address('ExternalIP'),
      text(info.osImage) || '<unknown>',
      text(info.kernelVersion) || '<unknown>',
      text(info.containerRuntimeVersion) || '<unknown>',
    ];
  },
};

export const eventPrinter: Printer = {
  columns: [
    column('Last Seen'),
    column('Type'),
    column('Reason'),
    column('Object'),
    column('Subobject', wide),
    column('Source', wide),
    column('Message'),
    column('First Seen', wide),
    column('Count', wide),
    { ...nameColumn, priority: 1 },
  ],
  cells: (object, now) => {
    const involved = loose(object.involvedObject ?? object.regarding);
    const source = loose(object.source ?? object.deprecatedSource);
    const first = since(object.firstTimestamp ?? object.deprecatedFirstTimestamp ?? object.eventTime, now);
    const last = object.lastTimestamp ?? object.deprecatedLastTimestamp;
    return [
      last === undefined ? first : since(last, now),
      text(object.type),
      text(object.reason),
      `${text(involved.kind).toLowerCase()}/${text(involved.name)}`,
      text(involved.fieldPath),
      eventSource(object, source),
      text(object.message ?? object.note).trim(),
      first,
      count(object.count ?? object.deprecatedCount) || 1,
      object.metadata.name,
    ];
  },
};

function eventSource(object: KubeObject, source: Loose): string {
  const component = text(source.component) || text(object.reportingComponent);
  const host = text(source.host);
  return host === '' ? component : `${component}, ${host}`;
}

/** What the API shows of a kind that says nothing of its columns, as roles do. */
export const plainPrinter: Printer = {
  columns: [nameColumn, { ...column('Created At'), format: 'date-time' }],
  cells: (object) => [object.metadata.name, text(object.metadata.creationTimestamp)],
};

export const bindingPrinter: Printer = {
  columns: [
    nameColumn,
    column('Role'),
    column('Age'),
    column('Users', wide),
    column('Groups', wide),
    column('ServiceAccounts', wide),
  ],
  cells: (object, now) => {
    const role = loose(object.roleRef);
    const subjects = items(object.subjects);
    const of = (kind: string) => subjects.filter((each) => each.kind === kind);
    return [
      object.metadata.name,
      `${text(role.kind)}/${text(role.name)}`,
      age(object, now),
      of('User')
        .map((each) => text(each.name))
        .join(', '),
      of('Group')
        .map((each) => text(each.name))
        .join(', '),
      of('ServiceAccount')
        .map((each) => `${each.namespace}/${each.name}`)
        .join(', '),
    ];
  },
};

/** The columns that Flux's own definitions give its objects. */
function fluxPrinter(...before: readonly ('URL' | 'Age')[]): Printer {
  return {
    columns: [nameColumn, ...before.map((name) => column(name)), column('Ready'), column('Status')],
    cells: (object, now) => {
      const ready = items(object.status?.conditions).find((each) => each.type === 'Ready');
      const first = before.map((name) => (name === 'URL' ? text(object.spec?.url) : age(object, now)));
      return [object.metadata.name, ...first, text(ready?.status), text(ready?.message)];
    },
  };
}

export const kustomizationPrinter = fluxPrinter('Age');
export const gitRepositoryPrinter = fluxPrinter('URL', 'Age');

export const podMetricsPrinter: Printer = {
  columns: [nameColumn, column('CPU'), column('Memory'), column('Window')],
  cells: (object) => {
    const usage =
      object.usage === undefined ? items(object.containers).map((each) => loose(each.usage)) : [loose(object.usage)];
    return [
      object.metadata.name,
      usage.map(({ cpu }) => text(cpu)).join(','),
      usage.map(({ memory }) => text(memory)).join(','),
      text(object.window),
    ];
  },
};
