import { expect, test } from 'vitest';
import type { ResourceObservations } from '../../helpers/spec/observe/resources.ts';
import { usageOf } from './usage.ts';

const workloads = [
  { kind: 'Deployment' as const, namespace: 'b', name: 'bridge', replicas: 1 },
  { kind: 'Deployment' as const, namespace: 's', name: 'sink', replicas: 1 },
];
const memoryOf = (namespace: string, workload: string) => ({
  ...{ kind: 'Deployment' as const, namespace, workload, container: workload, usedBytes: 1 },
});
const all = [memoryOf('b', 'bridge'), memoryOf('s', 'sink')];
const size = { database: 'telemetry', sizeBytes: 1, capacityBytes: 2 };

/** The first looks see less than the later ones. */
function measured(looks: number, { memory = all, sizes = [size] } = {}): ResourceObservations {
  let asked = 0;
  return {
    memory: async () => {
      asked += 1;
      return { seen: asked < looks ? memory : all, unseen: [] };
    },
    sizes: async () =>
      asked < looks && sizes.length === 0
        ? { seen: [], unseen: [{ subject: 'database telemetry', message: 'no answer within 5s' }] }
        : { seen: [size], unseen: [] },
  };
}

test.each([
  ['a container that is not measured yet', { memory: all.slice(0, 1) }],
  ['a database that does not answer yet', { sizes: [] }],
])('%s is waited for', async (_, first) => {
  expect(await usageOf(measured(2, first), { new: { workloads } })).toEqual({ memory: all, sizes: [size] });
});

test('of what stays away the rest is taken', async () => {
  const observe = measured(Number.POSITIVE_INFINITY, { memory: all.slice(1) });
  expect(await usageOf(observe, { new: { workloads } }, 0.05)).toEqual({ memory: all.slice(1), sizes: [size] });
});
