import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from './object.ts';
import type { ResourceType } from './resources.ts';
import { type LabelSelector, selects } from './selectors.ts';
import { type FieldProblem, invalid } from './status.ts';

type Bag = Record<string, unknown>;

/** Their names are parts of DNS names. */
const namedAsLabels: ReadonlySet<string> = new Set(['namespaces', 'services']);

function notLabel(name: string): string | undefined {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return undefined;
  return (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
    "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  );
}

function notSubdomain(name: string): string | undefined {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) return undefined;
  return (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
    "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  );
}

/** Throws Invalid for an object that the API server would refuse. It knows the rules that operators meet, not all of them. */
export function validate(type: ResourceType, object: KubeObject): void {
  const problems = [...metadataProblems(type, object), ...(rules[`${type.group}/${type.resource}`]?.(object) ?? [])];
  if (problems.length > 0) throw invalid(type.group, type.kind, object.metadata.name, problems);
}

/** Throws Invalid for a change of what may not change once it stands. */
export function validateUpdate(type: ResourceType, object: KubeObject, previous: KubeObject): void {
  validate(type, object);
  const problems = updateRules[`${type.group}/${type.resource}`]?.(object, previous) ?? [];
  if (problems.length > 0) throw invalid(type.group, type.kind, object.metadata.name, problems);
}

function metadataProblems(type: ResourceType, { metadata }: KubeObject): FieldProblem[] {
  const { group, resource } = type;
  // Names of RBAC objects are path segments (`system:discovery`).
  if (group === 'rbac.authorization.k8s.io') return [];
  const detail = namedAsLabels.has(resource) ? notLabel(metadata.name) : notSubdomain(metadata.name);
  return detail === undefined
    ? []
    : [{ field: 'metadata.name', problem: 'Invalid value', value: metadata.name, detail }];
}

const rules: Readonly<Record<string, (object: KubeObject) => FieldProblem[]>> = {
  '/pods': (object) => podProblems('spec', object.spec as Bag | undefined),
  '/services': (object) => {
    const ports = (object.spec?.ports ?? []) as unknown[];
    const needsNone = object.spec?.clusterIP === 'None' || object.spec?.type === 'ExternalName';
    return ports.length === 0 && !needsNone ? [{ field: 'spec.ports', problem: 'Required value' }] : [];
  },
  'apps/deployments': workloadProblems,
  'apps/replicasets': workloadProblems,
  'apps/statefulsets': workloadProblems,
  'apps/daemonsets': workloadProblems,
  'batch/jobs': (object) => [
    ...templateProblems('spec.template', object.spec?.template),
    ...jobRestartPolicy('spec.template.spec.restartPolicy', object.spec?.template),
  ],
  'batch/cronjobs': (object) => {
    const job = (object.spec?.jobTemplate as Bag | undefined)?.spec as Bag | undefined;
    const schedule: FieldProblem[] = object.spec?.schedule
      ? []
      : [{ field: 'spec.schedule', problem: 'Required value' }];
    return [
      ...schedule,
      ...templateProblems('spec.jobTemplate.spec.template', job?.template),
      ...jobRestartPolicy('spec.jobTemplate.spec.template.spec.restartPolicy', job?.template),
    ];
  },
};

function workloadProblems(object: KubeObject): FieldProblem[] {
  const spec = object.spec ?? {};
  const problems: FieldProblem[] = [];
  const replicas = spec.replicas;
  if (typeof replicas === 'number' && replicas < 0) {
    problems.push({
      field: 'spec.replicas',
      problem: 'Invalid value',
      value: replicas,
      detail: 'must be greater than or equal to 0',
    });
  }
  const selector = spec.selector as LabelSelector | undefined;
  const labels = ((spec.template as Bag | undefined)?.metadata as Bag | undefined)?.labels as
    | Record<string, string>
    | undefined;
  if (selector === undefined) problems.push({ field: 'spec.selector', problem: 'Required value' });
  else if (!selects(selector, labels ?? {})) {
    problems.push({
      field: 'spec.template.metadata.labels',
      problem: 'Invalid value',
      value: labels ?? {},
      detail: '`selector` does not match template `labels`',
    });
  }
  return [...problems, ...templateProblems('spec.template', spec.template)];
}

function templateProblems(field: string, template: unknown): FieldProblem[] {
  return podProblems(`${field}.spec`, (template as Bag | undefined)?.spec as Bag | undefined);
}

function podProblems(field: string, spec: Bag | undefined): FieldProblem[] {
  const containers = (spec?.containers ?? []) as Bag[];
  if (containers.length === 0) return [{ field: `${field}.containers`, problem: 'Required value' }];
  return containers.flatMap((container, index) =>
    ['name', 'image']
      .filter((member) => !container[member])
      .map((member): FieldProblem => ({ field: `${field}.containers[${index}].${member}`, problem: 'Required value' })),
  );
}

function jobRestartPolicy(field: string, template: unknown): FieldProblem[] {
  const policy = ((template as Bag | undefined)?.spec as Bag | undefined)?.restartPolicy;
  if (policy !== 'Always') return [];
  return [{ field, problem: 'Unsupported value', value: policy, detail: 'supported values: "OnFailure", "Never"' }];
}

type UpdateRule = (object: KubeObject, previous: KubeObject) => FieldProblem[];

function immutable(...path: string[]): UpdateRule {
  const at = (object: KubeObject) =>
    path.reduce<unknown>((value, member) => (value as Bag | undefined)?.[member], object);
  return (object, previous) =>
    isDeepStrictEqual(at(object), at(previous))
      ? []
      : [{ field: path.join('.'), problem: 'Invalid value', value: at(object) ?? null, detail: 'field is immutable' }];
}

/** All members of spec are fixed but these. */
function onlyMayChange(members: readonly string[], detail: string): UpdateRule {
  const fixed = (object: KubeObject) =>
    Object.fromEntries(Object.entries(object.spec ?? {}).filter(([member]) => !members.includes(member)));
  return (object, previous) =>
    isDeepStrictEqual(fixed(object), fixed(previous)) ? [] : [{ field: 'spec', problem: 'Forbidden', detail }];
}

function withoutImages(object: KubeObject): KubeObject {
  const strip = (containers: unknown) =>
    Array.isArray(containers) ? containers.map(({ image: _, ...rest }) => rest) : containers;
  const { containers, initContainers, ...spec } = object.spec ?? {};
  return { ...object, spec: { ...spec, containers: strip(containers), initContainers: strip(initContainers) } };
}

const podRule = onlyMayChange(
  ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds'],
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
);

const updateRules: Readonly<Record<string, UpdateRule>> = {
  '/pods': (object, previous) => podRule(withoutImages(object), withoutImages(previous)),
  'apps/deployments': immutable('spec', 'selector'),
  'apps/replicasets': immutable('spec', 'selector'),
  'apps/daemonsets': immutable('spec', 'selector'),
  'apps/statefulsets': onlyMayChange(
    [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ),
  'batch/jobs': immutable('spec', 'template'),
  'rbac.authorization.k8s.io/rolebindings': immutable('roleRef'),
  'rbac.authorization.k8s.io/clusterrolebindings': immutable('roleRef'),
};
