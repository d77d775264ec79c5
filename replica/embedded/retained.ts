import type { HistoryState } from './history/state.ts';
import type { KubeStore } from './kubernetes/store.ts';

const volumes = { group: '', resource: 'persistentvolumes' };
const claims = { group: '', resource: 'persistentvolumeclaims' };

/** An operator who gets ready for the cleanup has seen to it that the old data stays when its claim goes. */
export function retainOldData(store: KubeStore, state: HistoryState): void {
  if (state !== 'after-phase7' && state !== 'after-phase8') return;
  for (const { spec } of store.list(claims, 'heatpump-mqtt')) {
    store.change(volumes, undefined, String(spec?.volumeName), (volume) => {
      volume.spec = { ...volume.spec, persistentVolumeReclaimPolicy: 'Retain' };
    });
  }
}
