import type { KubeObject } from '../replica/embedded/kubernetes/object.ts';

/** A namespace in which one service account may read pods and one Secret, and nothing else. */
export function readerObjects(namespace: string, account: { name: string; namespace: string }): readonly KubeObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['readable'], verbs: ['get'] },
  ];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion, kind: 'Role', metadata: { name: 'reads', namespace }, rules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name: 'reads', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}
