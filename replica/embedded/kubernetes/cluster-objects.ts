import type { KubeObject } from './object.ts';
import { type ResourceType, resourceOf, resourceTypes } from './resources.ts';
import type { KubeStore } from './store.ts';

/** Puts what every cluster has beside its namespaces into a store, unless it is there: a storage class, roles, definitions. */
export function createClusterObjects(store: KubeStore): void {
  for (const object of [storageClass, ...clusterRoles, clusterAdmins, ...definitions()]) {
    const type = resourceOf(object);
    if (type && !store.get(type, undefined, object.metadata.name)) store.create(type, object);
  }
}

const storageClass: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'rancher.io/local-path',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

function clusterRole(name: string, rules: readonly object[]): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
}

const readVerbs = ['get', 'list', 'watch'];
const viewed = resourceTypes.filter(
  ({ namespaced, resource, verbs }) => namespaced && resource !== 'secrets' && verbs.includes('list'),
);

function viewRules(): object[] {
  const groups = [...new Set(viewed.map(({ group }) => group))];
  const names = (type: ResourceType) => [
    type.resource,
    ...type.subresources
      .filter(({ name }) => name === 'log' || name === 'status' || name === 'scale')
      .map(({ name }) => `${type.resource}/${name}`),
  ];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: viewed.filter((type) => type.group === group).flatMap(names),
    verbs: readVerbs,
  }));
}

const clusterRoles = [
  clusterRole('cluster-admin', [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  clusterRole('view', viewRules()),
];

const clusterAdmins: KubeObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'cluster-admin' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' }],
};

/** The kinds that a real cluster knows by a definition, as Flux installs them. */
function definitions(): KubeObject[] {
  return resourceTypes
    .filter(({ group }) => group.endsWith('.fluxcd.io'))
    .map(({ group, version, resource, kind, singular, shortNames }) => {
      const names = { plural: resource, singular, kind, listKind: `${kind}List`, shortNames };
      return {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `${resource}.${group}` },
        spec: {
          group,
          names,
          scope: 'Namespaced',
          versions: [
            {
              name: version,
              served: true,
              storage: true,
              subresources: { status: {} },
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
        status: {
          acceptedNames: names,
          storedVersions: [version],
          conditions: [
            {
              type: 'Established',
              status: 'True',
              reason: 'InitialNamesAccepted',
              message: 'the initial names have been accepted',
            },
          ],
        },
      };
    });
}
