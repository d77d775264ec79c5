import { expect, test, vi } from 'vitest';
import { retainVolumes } from './retained.ts';

test('the volumes of those namespaces alone are kept', async () => {
  const volume = (name: string, namespace?: string) => ({
    metadata: { name },
    spec: { persistentVolumeReclaimPolicy: 'Delete', ...(namespace && { claimRef: { namespace } }) },
  });
  const core = {
    listPersistentVolume: async () => ({
      items: [volume('old', 'heatpump-mqtt'), volume('new', 'timescaledb'), volume('free')],
    }),
    patchPersistentVolume: vi.fn(async () => {}),
  };
  await retainVolumes({ core: core as never }, ['heatpump-mqtt']);
  const body = [{ op: 'replace', path: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' }];
  expect(core.patchPersistentVolume.mock.calls).toEqual([[{ name: 'old', body }]]);
});
