import { expect, test, vi } from 'vitest';
import type { FaultTarget } from '../faults/fault.ts';
import { putStreamsBack } from './put-streams-back.ts';
import { observeStreams } from './row-sources.ts';

type Replica = Pick<FaultTarget, 'connect' | 'core' | 'migration'>;
const patience = { within: 5, every: 0.01 };

/** Two instances whose streams are as given; `away` answers before they can be asked fail. */
function replicaOf(streams: Record<string, Record<string, unknown>>, away = 0) {
  const remove = vi.fn(async () => {});
  let failures = away;
  const replica = {
    core: { deleteCollectionNamespacedPod: remove },
    migration: {
      new: { connect: { bridge: { namespace: 'b', name: 'bridge' }, sink: { namespace: 's', name: 'sink' } } },
    },
    connect: (instance: string) => ({
      streams: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('s/sink has no running pod');
        return Object.keys(streams[instance] ?? {});
      },
      config: async (stream: string) => streams[instance]?.[stream],
    }),
  } as unknown as Replica;
  return { replica, remove };
}

const asMade = { bridge: { energy: { qos: 1 } }, sink: { energy: { batch: 1 } } };
const rowSources = async () => Object.fromEntries(await observeStreams(replicaOf(asMade).replica));

test('streams that are as they were are left alone', async () => {
  const { replica, remove } = replicaOf(asMade);
  await putStreamsBack(replica, { rowSources: await rowSources() }, patience);
  expect(remove).not.toHaveBeenCalled();
});

test.each<[string, Record<string, Record<string, unknown>>]>([
  ['was changed', { ...asMade, sink: { energy: { batch: 500 } } }],
  ['is gone', { ...asMade, sink: {} }],
  ['is new', { ...asMade, sink: { ...asMade.sink, planted: {} } }],
])('an instance of which a stream %s starts anew, and no other one', async (_, streams) => {
  const { replica, remove } = replicaOf(streams);
  await putStreamsBack(replica, { rowSources: await rowSources() }, patience);
  expect(remove).toHaveBeenCalledExactlyOnceWith({ namespace: 's', labelSelector: 'app=sink' });
});

test('one that does not answer yet is waited for, and its changed stream is put back', async () => {
  const { replica, remove } = replicaOf({ ...asMade, sink: { energy: { batch: 500 } } }, 3);
  await putStreamsBack(replica, { rowSources: await rowSources() }, patience);
  expect(remove).toHaveBeenCalledOnce();
});

test('one that never answers is said, not taken for as it was', async () => {
  const { replica } = replicaOf(asMade, Number.POSITIVE_INFINITY);
  const late = putStreamsBack(replica, { rowSources: await rowSources() }, { within: 0.05, every: 0.01 });
  await expect(late).rejects.toThrow(/s\/sink has no running pod/);
});
