import type { KubeObject, ResourceRef } from './object.ts';

/** One kind of object that the API serves. */
export interface ResourceType extends ResourceRef {
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Its spec counts up metadata.generation. */
  readonly generations: boolean;
}

export interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** Where its objects are of another kind than the resource's own. */
  readonly response?: { readonly group: string; readonly version: string; readonly kind: string };
}

const readVerbs = ['get', 'list', 'watch'];
const allVerbs = ['create', 'delete', 'deletecollection', ...readVerbs, 'patch', 'update'];
const changeVerbs = ['get', 'patch', 'update'];
const status: Subresource = { name: 'status', verbs: changeVerbs };
const scale: Subresource = {
  name: 'scale',
  verbs: changeVerbs,
  response: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
};
const connect = (name: string, kind: string): Subresource => ({
  name,
  verbs: ['create', 'get'],
  response: { group: '', version: 'v1', kind },
});

type Rest = Partial<
  Pick<ResourceType, 'shortNames' | 'categories' | 'verbs' | 'subresources' | 'generations' | 'namespaced'>
>;

function define(groupVersion: string, resource: string, kind: string, rest: Rest = {}): ResourceType {
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return {
    group: group ?? '',
    version: version ?? '',
    resource,
    kind,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: allVerbs,
    subresources: [],
    generations: false,
    ...rest,
  };
}

const cluster = { namespaced: false };
const all = { categories: ['all'] };
const workload = { ...all, generations: true };

/** Everything the API serves, in the order of discovery: of two with one name, kubectl takes the first. */
export const resourceTypes: readonly ResourceType[] = [
  define('v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  define('v1', 'endpoints', 'Endpoints', { shortNames: ['ep'] }),
  define('v1', 'events', 'Event', { shortNames: ['ev'] }),
  // There are none and none can be made: what they limit is not limited here.
  define('v1', 'limitranges', 'LimitRange', { shortNames: ['limits'], verbs: readVerbs }),
  define('v1', 'namespaces', 'Namespace', {
    ...cluster,
    shortNames: ['ns'],
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    subresources: [{ name: 'finalize', verbs: ['update'] }, status],
  }),
  define('v1', 'nodes', 'Node', { ...cluster, shortNames: ['no'], subresources: [status] }),
  define('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', { shortNames: ['pvc'], subresources: [status] }),
  define('v1', 'persistentvolumes', 'PersistentVolume', { ...cluster, shortNames: ['pv'], subresources: [status] }),
  define('v1', 'pods', 'Pod', {
    ...all,
    shortNames: ['po'],
    subresources: [
      connect('attach', 'PodAttachOptions'),
      connect('exec', 'PodExecOptions'),
      { name: 'log', verbs: ['get'] },
      connect('portforward', 'PodPortForwardOptions'),
      status,
    ],
  }),
  define('v1', 'resourcequotas', 'ResourceQuota', { shortNames: ['quota'], verbs: readVerbs }),
  define('v1', 'secrets', 'Secret'),
  define('v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  define('v1', 'services', 'Service', { ...all, shortNames: ['svc'], subresources: [status] }),
  define('apps/v1', 'controllerrevisions', 'ControllerRevision'),
  define('apps/v1', 'daemonsets', 'DaemonSet', { ...workload, shortNames: ['ds'], subresources: [status] }),
  define('apps/v1', 'deployments', 'Deployment', {
    ...workload,
    shortNames: ['deploy'],
    subresources: [scale, status],
  }),
  define('apps/v1', 'replicasets', 'ReplicaSet', { ...workload, shortNames: ['rs'], subresources: [scale, status] }),
  define('apps/v1', 'statefulsets', 'StatefulSet', { ...workload, shortNames: ['sts'], subresources: [scale, status] }),
  define('events.k8s.io/v1', 'events', 'Event', { shortNames: ['ev'] }),
  define('authentication.k8s.io/v1', 'selfsubjectreviews', 'SelfSubjectReview', { ...cluster, verbs: ['create'] }),
  define('authorization.k8s.io/v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', {
    ...cluster,
    verbs: ['create'],
  }),
  define('authorization.k8s.io/v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', {
    ...cluster,
    verbs: ['create'],
  }),
  define('batch/v1', 'cronjobs', 'CronJob', { ...workload, shortNames: ['cj'], subresources: [status] }),
  define('batch/v1', 'jobs', 'Job', { ...workload, subresources: [status] }),
  define('networking.k8s.io/v1', 'ingresses', 'Ingress', {
    shortNames: ['ing'],
    generations: true,
    subresources: [status],
  }),
  define('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', { shortNames: ['netpol'], generations: true }),
  define('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', cluster),
  define('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', cluster),
  define('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding'),
  define('rbac.authorization.k8s.io/v1', 'roles', 'Role'),
  define('storage.k8s.io/v1', 'storageclasses', 'StorageClass', { ...cluster, shortNames: ['sc'] }),
  define('apiextensions.k8s.io/v1', 'customresourcedefinitions', 'CustomResourceDefinition', {
    ...cluster,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    verbs: readVerbs,
  }),
  define('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', { generations: true }),
  define('coordination.k8s.io/v1', 'leases', 'Lease'),
  define('kustomize.toolkit.fluxcd.io/v1', 'kustomizations', 'Kustomization', {
    shortNames: ['ks'],
    generations: true,
    subresources: [status],
  }),
  define('source.toolkit.fluxcd.io/v1', 'gitrepositories', 'GitRepository', {
    shortNames: ['gitrepo'],
    generations: true,
    subresources: [status],
  }),
  define('metrics.k8s.io/v1beta1', 'nodes', 'NodeMetrics', { ...cluster, verbs: ['get', 'list'] }),
  define('metrics.k8s.io/v1beta1', 'pods', 'PodMetrics', { verbs: ['get', 'list'] }),
];

const byRef = new Map(resourceTypes.map((type) => [`${type.group}/${type.resource}`, type]));
const byKind = new Map(resourceTypes.map((type) => [`${apiVersion(type)}/${type.kind}`, type]));

/** The resource of that group and plural name, if the API serves it. */
export function resourceType(ref: ResourceRef): ResourceType | undefined {
  return byRef.get(`${ref.group}/${ref.resource}`);
}

/** The resource that an object belongs to by its apiVersion and kind, if the API serves it. */
export function resourceOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): ResourceType | undefined {
  return byKind.get(`${object.apiVersion}/${object.kind}`);
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersion(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}
