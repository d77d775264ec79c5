import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { objectKey, readyOf } from './comparable.ts';
import { type Snapshot, takeSnapshot, type Whole } from './snapshot.ts';

/**
 * What of a replica is on its way from one state to another, in words: pods that start, Kustomizations that are being
 * reconciled, consumers that come to their groups. To put a replica back as it stood then, nobody could.
 */
export function unsettled({ objects, rowSources }: Pick<Snapshot, 'objects' | 'rowSources'>): string[] {
  const moving = objects.flatMap((object) => {
    const { kind, spec, status } = object as { kind: string; spec?: Replicas; status?: Status };
    if (reconciled.has(kind))
      return readyOf(status?.conditions) === 'Unknown' ? [`${objectKey(object)} reconciles`] : [];
    if (!scaled.has(kind)) return [];
    const [wanted, there, ready] = [spec?.replicas ?? 1, status?.replicas ?? 0, status?.readyReplicas ?? 0];
    return wanted === there && wanted === ready ? [] : [`${objectKey(object)} has ${ready} of ${wanted} ready`];
  });
  const groups = Object.entries(rowSources).filter(
    ([name, state]) => name.startsWith('group ') && /Rebalance/.test(state),
  );
  return [...moving, ...groups.map(([name, state]) => `${name} is ${state}`)];
}

/** A snapshot of a replica that stands still. Throws `Unobservable` that names what moves when something still does. */
export function settledSnapshot(whole: Whole, signal?: AbortSignal): Promise<Snapshot> {
  const look = async () => {
    const snapshot = await takeSnapshot(whole);
    const moving = unsettled(snapshot);
    return moving.length === 0 ? seen(snapshot) : notYet(moving.join('; '));
  };
  const waiting = { for: 'the replica to stand still', within: withinSeconds, every: 0.5 };
  return eventually(look, { ...waiting, ...(signal === undefined ? {} : { signal }) });
}

interface Replicas {
  readonly replicas?: number;
}
interface Status extends Replicas {
  readonly readyReplicas?: number;
  readonly conditions?: unknown;
}

/** It has just begun to serve, on a machine that may be busy. */
const withinSeconds = 90;
const reconciled: ReadonlySet<string> = new Set(['GitRepository', 'Kustomization']);
const scaled: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet']);
