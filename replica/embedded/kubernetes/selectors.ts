import type { KubeObject } from './object.ts';
import { badRequest } from './status.ts';

/** True for the objects that a selector selects. */
export type Matcher = (object: KubeObject) => boolean;

/** A selector as it stands in the spec of a workload. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** Whether labels satisfy a workload's selector. An empty one selects everything, as in the API. */
export function selects(selector: LabelSelector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) =>
      requirement(key, operator, values)(labels),
    )
  );
}

function requirement(key: string, operator: string, values: readonly string[]): Requirement {
  const has: Requirement = (labels) => labels[key] !== undefined;
  const among: Requirement = (labels) => {
    const value = labels[key];
    return value !== undefined && values.includes(value);
  };
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return (labels) => !among(labels);
    case 'Exists':
      return has;
    case 'DoesNotExist':
      return (labels) => !has(labels);
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`);
  }
}

const name = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const keyPattern = `(?:${name}/)?${name}`;
const valuePattern = `(?:${name})?`;
const forms: readonly { readonly pattern: RegExp; readonly make: (match: readonly string[]) => Requirement }[] = [
  {
    pattern: new RegExp(`^(${keyPattern})\\s*(?:==|=)\\s*(${valuePattern})$`),
    make: ([, key = '', value = '']) => requirement(key, 'In', [value]),
  },
  {
    pattern: new RegExp(`^(${keyPattern})\\s*!=\\s*(${valuePattern})$`),
    make: ([, key = '', value = '']) => requirement(key, 'NotIn', [value]),
  },
  {
    pattern: new RegExp(`^(${keyPattern})\\s+in\\s*\\(([^()]*)\\)$`),
    make: ([, key = '', values = '']) => requirement(key, 'In', commaList(values)),
  },
  {
    pattern: new RegExp(`^(${keyPattern})\\s+notin\\s*\\(([^()]*)\\)$`),
    make: ([, key = '', values = '']) => requirement(key, 'NotIn', commaList(values)),
  },
  { pattern: new RegExp(`^!\\s*(${keyPattern})$`), make: ([, key = '']) => requirement(key, 'DoesNotExist', []) },
  { pattern: new RegExp(`^(${keyPattern})$`), make: ([, key = '']) => requirement(key, 'Exists', []) },
];

function commaList(text: string): string[] {
  return text.split(',').map((value) => value.trim());
}

/** Parses `labelSelector` as kubectl -l writes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws BadRequest on anything else. */
export function parseLabelSelector(text: string): Matcher {
  const parts = text.trim() === '' ? [] : text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const requirements = parts.map((part) => {
    for (const { pattern, make } of forms) {
      const match = pattern.exec(part);
      if (match) return make(match);
    }
    throw badRequest(`unable to parse requirement: found '${part}', expected: '=', '!=', '==', in, notin`);
  });
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

type Field = (object: KubeObject) => string;

const common: Readonly<Record<string, Field>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
};
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const spec =
  (member: string): Field =>
  (object) =>
    text(object.spec?.[member]);
const involved =
  (member: string): Field =>
  (object) =>
    text((object.involvedObject as Record<string, unknown> | undefined)?.[member]);

/** What may be selected by, beyond name and namespace, as in the API's own conversion functions. */
const fieldsOf: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  pods: {
    'spec.nodeName': spec('nodeName'),
    'spec.restartPolicy': spec('restartPolicy'),
    'spec.schedulerName': spec('schedulerName'),
    'spec.serviceAccountName': spec('serviceAccountName'),
    'spec.hostNetwork': (object) => String(object.spec?.hostNetwork ?? false),
    'status.phase': (object) => text(object.status?.phase),
    'status.podIP': (object) => text(object.status?.podIP),
    'status.nominatedNodeName': (object) => text(object.status?.nominatedNodeName),
  },
  events: {
    ...Object.fromEntries(
      ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((member) => [
        `involvedObject.${member}`,
        involved(member),
      ]),
    ),
    reason: (object) => text(object.reason),
    reportingComponent: (object) => text(object.reportingComponent),
    source: (object) =>
      text((object.source as Record<string, unknown> | undefined)?.component ?? object.reportingComponent),
    type: (object) => text(object.type),
  },
  namespaces: { 'status.phase': (object) => text(object.status?.phase) },
  nodes: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  secrets: { type: (object) => text(object.type) },
  services: { 'spec.clusterIP': spec('clusterIP'), 'spec.type': spec('type') },
  replicasets: { 'status.replicas': (object) => text(object.status?.replicas ?? 0) },
  jobs: { 'status.successful': (object) => text(object.status?.succeeded ?? 0) },
};

/** In the words of a kind that can be selected by its name alone. */
function unknownField(path: string): string {
  return `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** Parses `fieldSelector` for a resource. Throws BadRequest for a field that the API does not select by. */
export function parseFieldSelector(selector: string, resource: string): Matcher {
  const fields: Readonly<Record<string, Field>> = { ...common, ...fieldsOf[resource] };
  const terms = selector.split(',').filter((term) => term !== '');
  const tests = terms.map((term): Matcher => {
    const [, path = '', operator = '', value = ''] = /^([^=!]+)(==|!=|=)(.*)$/.exec(term) ?? [];
    if (path === '') throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
    const field = fields[path];
    if (!field) throw badRequest(fieldsOf[resource] ? `field label not supported: ${path}` : unknownField(path));
    return operator === '!=' ? (object) => field(object) !== value : (object) => field(object) === value;
  });
  return (object) => tests.every((test) => test(object));
}

/** The name that a field selector pins, as `metadata.name=x` does: RBAC judges such a list by that name. */
export function pinnedName(selector: string | null): string | undefined {
  const [, name] = /(?:^|,)metadata\.name==?([^,]+)/.exec(selector ?? '') ?? [];
  return name;
}
