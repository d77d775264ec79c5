import { dirname } from 'node:path';
import type { Target } from '../../helpers/target/target.ts';
import { callReplicaAt, type PlantedFault } from '../../replica/control.ts';
import { branch, filesOf, headOf } from '../../replica/embedded/flux/repository.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { gitopsRepository } from '../../replica/home.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { namedDifferences, objectDifferences } from './comparable.ts';
import { observeObjects } from './objects.ts';
import { observeRowSources } from './row-sources.ts';

/** A replica as it stands: what a scenario has to leave as it was. */
export interface Snapshot {
  readonly objects: readonly KubeObject[];
  /** What rows come from, by name. */
  readonly rowSources: Readonly<Record<string, string>>;
  /** The files of the repository that Flux applies, where it is the replica's own. */
  readonly git: Readonly<Record<string, string>>;
}

/** A replica whose admin looks at all of it and writes to it. */
export interface Whole {
  readonly replica: FaultTarget;
  readonly cluster: Target;
  readonly kind: string;
}

export async function takeSnapshot({ replica, cluster, kind }: Whole): Promise<Snapshot> {
  const [objects, rowSources, git] = await Promise.all([
    observeObjects(cluster),
    observeRowSources(replica),
    kind === 'embedded' ? gitFiles(replica.kubeconfig) : {},
  ]);
  return { objects, rowSources: Object.fromEntries(rowSources), git };
}

/** In what a replica differs from a snapshot of it, each in words; empty when it is as it was. */
export function snapshotDifferences(before: Snapshot, after: Snapshot): string[] {
  const named = (record: Readonly<Record<string, string>>) => new Map(Object.entries(record));
  return [
    ...objectDifferences(before.objects, after.objects),
    ...namedDifferences(named(before.rowSources), named(after.rowSources)),
    ...namedDifferences(named(before.git), named(after.git)),
  ];
}

/** The faults that the replica's keeper holds. One on a real cluster has none: who plants there holds them. */
export async function plantedFaults({ replica, kind }: Whole): Promise<readonly PlantedFault[]> {
  return kind === 'embedded' ? callReplicaAt<PlantedFault[]>(replica.kubeconfig, 'GET', 'faults') : [];
}

export const gitdirOf = (kubeconfig: string) => gitopsRepository(dirname(kubeconfig));

async function gitFiles(kubeconfig: string): Promise<Record<string, string>> {
  const gitdir = gitdirOf(kubeconfig);
  return Object.fromEntries(await filesOf(gitdir, await headOf(gitdir, branch)));
}
