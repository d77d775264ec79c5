import { expect, test } from 'vitest';
import { type Measured, usageOf } from './usage.ts';

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
function measuring(looks: number, { memory = all, sizes = [size] } = {}): () => Promise<Measured> {
  let asked = 0;
  const unseen = [{ subject: 'database telemetry', message: 'no answer within 5s' }];
  return async () => {
    asked += 1;
    if (asked >= looks) return { memory: { seen: all, unseen: [] }, sizes: { seen: [size], unseen: [] } };
    return { memory: { seen: memory, unseen: [] }, sizes: { seen: sizes, unseen: sizes.length === 0 ? unseen : [] } };
  };
}

test.each([
  ['a container that is not measured yet', { memory: all.slice(0, 1) }],
  ['a database that does not answer yet', { sizes: [] }],
])('%s is waited for', async (_, first) => {
  expect(await usageOf(measuring(2, first), { new: { workloads } })).toEqual({ memory: all, sizes: [size] });
});

test('of what stays away the rest is taken', async () => {
  const measure = measuring(Number.POSITIVE_INFINITY, { memory: all.slice(1) });
  expect(await usageOf(measure, { new: { workloads } }, 0.05)).toEqual({ memory: all.slice(1), sizes: [size] });
});
