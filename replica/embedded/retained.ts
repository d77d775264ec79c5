import { type HistoryState, oldDataIsRetained } from './history/state.ts';
import type { KubeStore } from './kubernetes/store.ts';

const volumes = { group: '', resource: 'persistentvolumes' };
const claims = { group: '', resource: 'persistentvolumeclaims' };

/** The volumes of the old data are kept where they have to be by then. */
export function retainOldData(store: KubeStore, state: HistoryState): void {
  if (!oldDataIsRetained(state)) return;
  for (const { spec } of store.list(claims, 'heatpump-mqtt')) {
    store.change(volumes, undefined, String(spec?.volumeName), (volume) => {
      volume.spec = { ...volume.spec, persistentVolumeReclaimPolicy: 'Retain' };
    });
  }
}
