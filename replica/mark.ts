import type { ClusterReplicaKind } from './cluster/raise.ts';
import type { KubeObject } from './embedded/kubernetes/object.ts';
import type { ReplicaState } from './home.ts';

/** What a replica says of itself in its own cluster, where whoever judges it or plants faults in it reads it. */
export interface ReplicaMark {
  readonly kind: string;
  /** False while it is being raised: one that was interrupted stays so. */
  readonly complete: boolean;
  readonly state: ReplicaState;
  readonly timeScale: number;
  readonly standIns: readonly string[];
}

export const markPlace = { namespace: 'kube-system', name: 'telemetry-replica' } as const;

/** The mark, and the right of the verifier to read it: by it a decision is called a rehearsal, whatever the target is called. */
export function markObjects(kind: ClusterReplicaKind | 'embedded', mark: Omit<ReplicaMark, 'kind'>): KubeObject[] {
  const { namespace, name } = markPlace;
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: {
        kind,
        complete: String(mark.complete),
        state: mark.state,
        timeScale: String(mark.timeScale),
        standIns: mark.standIns.join('\n'),
      },
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata: { name, namespace },
      rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [name], verbs: ['get'] }],
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'verify' }],
    },
  ];
}
