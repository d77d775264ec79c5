import { expect, test, vi } from 'vitest';
import { FaultKeeper } from './fault-keeper.ts';

const { promise: planted, resolve: effectShows } = Promise.withResolvers<void>();
const takenBack = vi.hoisted(() => vi.fn(async () => {}));
vi.mock('../scenarios/faults/open-target.ts', () => ({
  openFaultTarget: async () => ({ [Symbol.asyncDispose]: async () => {} }),
}));
vi.mock('../scenarios/faults/all.ts', () => ({
  faults: [
    {
      name: 'slow',
      title: 'a fault that takes a while to show',
      plant: () => planted.then(() => ({ [Symbol.asyncDispose]: takenBack })),
    },
  ],
}));

test('a fault that is still being planted is told of and taken back once it is there', async () => {
  const hooks = { set: async () => {}, clear: async () => {} };
  const keeper = new FaultKeeper({ kubeconfig: '', timeScale: 30, config: 'migration.yaml', hooks, gitdir: '' });
  const planting = keeper.plant('slow');
  const listing = keeper.list();
  const undoing = keeper.undo('slow');
  effectShows();
  expect(await planting).toMatchObject({ name: 'slow' });
  expect(await listing).toEqual([{ name: 'slow', title: 'a fault that takes a while to show' }]);
  await undoing;
  expect(takenBack).toHaveBeenCalledOnce();
  expect(await keeper.list()).toEqual([]);
});
