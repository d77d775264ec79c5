import type { ReplicaState } from '../home.ts';
import { markObjects, markPlace, type ReplicaMark } from '../mark.ts';
import { type Cluster, isMissing } from './cluster.ts';
import { labelled } from './objects.ts';
import type { ClusterReplicaKind } from './raise.ts';

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
