import type { KubeObject } from '../embedded/kubernetes/object.ts';
import type { ReplicaState } from '../home.ts';
import { type Cluster, isMissing } from './cluster.ts';
import { labelled } from './objects.ts';
import type { ClusterReplicaKind } from './raise.ts';

/** What a replica says of itself in its own cluster, where whoever judges it or plants faults in it reads it. */
export interface ReplicaMark {
  readonly kind: string;
  /** False while it is being raised: one that was interrupted stays so. */
  readonly complete: boolean;
  readonly state: ReplicaState;
  readonly timeScale: number;
  readonly standIns: readonly string[];
}

const markPlace = { namespace: 'kube-system', name: 'telemetry-replica' } as const;

interface ConfigMapReader {
  readonly core: Pick<Cluster['core'], 'readNamespacedConfigMap'>;
}

/** The mark, or undefined where there is none. */
export async function readMark({ core }: ConfigMapReader): Promise<ReplicaMark | undefined> {
  try {
    return markFrom((await core.readNamespacedConfigMap({ ...markPlace })).data ?? {});
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function markFrom(data: Readonly<Record<string, string>>): ReplicaMark {
  return {
    kind: data.kind ?? '',
    complete: data.complete === 'true',
    state: data.state as ReplicaState,
    timeScale: Number(data.timeScale ?? 1),
    standIns: (data.standIns ?? '').split('\n').filter((line) => line !== ''),
  };
}

/** Writes the mark, and lets the verifier read it. */
export async function writeMark(
  cluster: Cluster,
  kind: ClusterReplicaKind,
  mark: Omit<ReplicaMark, 'kind'>,
): Promise<void> {
  for (const object of markObjects(kind, mark)) await cluster.apply(labelled(object, kind));
}

function markObjects(kind: ClusterReplicaKind, mark: Omit<ReplicaMark, 'kind'>): KubeObject[] {
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
