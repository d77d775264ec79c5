import type { KubeObject, ObjectStore } from '../object.ts';
import { StatusError } from '../status.ts';
import type { RequestInfo, ResourcePath } from './request-info.ts';
import type { Identity } from './users.ts';

/** What a Role or ClusterRole grants. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

const rbac = (resource: string) => ({ group: 'rbac.authorization.k8s.io', resource });

/** What every user may do, whatever roles there are: find out what the API has, and what they may do. */
const everyone: readonly PolicyRule[] = [
  {
    verbs: ['get'],
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ],
  },
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** The rules that hold for a user: cluster-wide, and in the namespace if one is given. */
export function rulesFor(store: ObjectStore, user: Identity, namespace: string | undefined): readonly PolicyRule[] {
  if (user.groups.includes('system:masters')) return everything;
  const bindings = [
    ...store.list(rbac('clusterrolebindings')),
    ...(namespace === undefined ? [] : store.list(rbac('rolebindings'), namespace)),
  ];
  const granted = bindings.filter((each) => binds(each, user)).flatMap((each) => rulesOf(store, each));
  return [...everyone, ...granted];
}

function binds(object: KubeObject, user: Identity): boolean {
  const { subjects = [] } = object as unknown as Binding;
  return subjects.some(({ kind, name, namespace }) => {
    if (kind === 'Group') return name === 'system:authenticated' || user.groups.includes(name);
    if (kind === 'ServiceAccount')
      return user.name === `system:serviceaccount:${namespace ?? object.metadata.namespace}:${name}`;
    return kind === 'User' && user.name === name;
  });
}

function rulesOf(store: ObjectStore, binding: KubeObject): readonly PolicyRule[] {
  const { kind, name } = (binding as unknown as Binding).roleRef;
  const role =
    kind === 'ClusterRole'
      ? store.get(rbac('clusterroles'), undefined, name)
      : store.get(rbac('roles'), binding.metadata.namespace, name);
  return (role?.rules ?? []) as readonly PolicyRule[];
}

/** Throws Forbidden, in the API server's words, unless the user may do what the request asks. */
export function authorize(store: ObjectStore, user: Identity, info: RequestInfo): void {
  const { resource: path, verb } = info;
  if (!path) {
    const rules = rulesFor(store, user, undefined);
    if (rules.some((rule) => grantsPath(rule, verb, info.path))) return;
    throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${info.path}"`, {});
  }
  authorizeResource(store, user, verb, path);
}

/** Throws Forbidden unless the user may do that to a resource. */
export function authorizeResource(store: ObjectStore, user: Identity, verb: string, path: ResourcePath): void {
  if (!isAllowed(store, user, verb, path)) throw refusal(user, verb, path);
}

/** Whether a user may do that to a resource. */
export function isAllowed(store: ObjectStore, user: Identity, verb: string, path: ResourcePath): boolean {
  return rulesFor(store, user, path.namespace).some((rule) => grants(rule, verb, path));
}

/** Whether a user may do that to a path outside of the resources. */
export function isPathAllowed(store: ObjectStore, user: Identity, verb: string, path: string): boolean {
  return rulesFor(store, user, undefined).some((rule) => grantsPath(rule, verb, path));
}

function grants(rule: PolicyRule, verb: string, path: ResourcePath): boolean {
  const resource = qualifiedResource(path);
  const { resources = [], apiGroups = [], resourceNames = [] } = rule;
  return (
    includes(rule.verbs, verb) &&
    includes(apiGroups, path.group) &&
    (includes(resources, resource) ||
      (path.subresource !== undefined && resources.includes(`*/${path.subresource}`))) &&
    (resourceNames.length === 0 || (path.name !== undefined && resourceNames.includes(path.name)))
  );
}

function grantsPath({ verbs, nonResourceURLs = [] }: PolicyRule, verb: string, path: string): boolean {
  if (!includes(verbs, verb)) return false;
  return nonResourceURLs.some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  );
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

function qualifiedResource({ resource, subresource }: ResourcePath): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function refusal(user: Identity, verb: string, path: ResourcePath): StatusError {
  const { group, resource, name, namespace } = path;
  const type = group === '' ? resource : `${resource}.${group}`;
  const what = name === undefined ? type : `${type} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${qualifiedResource(path)}" in API group "${group}" ${where}`;
  return new StatusError(403, 'Forbidden', message, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
}
