import { isTrue } from '../kubernetes/controllers/conditions.ts';
import type { KubeObject, ObjectStore } from '../kubernetes/object.ts';
import { type InventoryEntry, inventoried, subject } from './apply.ts';

/** Of what a Kustomization applied: what `wait: true` waits for, in words; empty when all is as it should be. */
export function unhealthy(store: ObjectStore, entries: readonly InventoryEntry[]): string[] {
  return entries.flatMap((entry) => {
    const found = inventoried(store, entry);
    if (!found) return [`${entry.id} status: 'NotFound'`];
    return isCurrent(found.object) ? [] : [`${subject(found.object)} status: 'InProgress'`];
  });
}

/** As kstatus judges an object: its controller has seen it, and it is what it asks for. */
function isCurrent(object: KubeObject): boolean {
  const { metadata, spec = {}, status = {} } = object;
  const observed = status.observedGeneration;
  if (observed !== undefined && observed !== metadata.generation) return false;
  const wanted = Number(spec.replicas ?? 1);
  switch (object.kind) {
    case 'Deployment':
      return Number(status.availableReplicas ?? 0) >= wanted && Number(status.updatedReplicas ?? 0) >= wanted;
    case 'StatefulSet':
      return Number(status.readyReplicas ?? 0) >= wanted;
    case 'PersistentVolumeClaim':
      return status.phase === 'Bound';
    case 'Job':
      return isTrue(object, 'Complete');
    case 'Kustomization':
    case 'GitRepository':
      // One that is suspended stands as it stood.
      return isTrue(object, 'Ready') || spec.suspend === true;
    default:
      return metadata.deletionTimestamp === undefined;
  }
}
