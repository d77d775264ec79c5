import { CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Step, stepWords } from '../../helpers/cutover/steps.ts';
import type { Target } from '../../helpers/target/target.ts';
import { startTestApi, type TestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { put } from '../../replica/embedded/kubernetes/testing/cluster.ts';
import { LockLost } from '../acts/lock.ts';
import { perform } from './perform.ts';

const group = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' };
const owners = ['input', 'sink'].map((name) => ({ namespace: 'x', name }));
const steps = owners.map((owner): Step => ({ do: 'suspend', owner }));
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const apiVersion = `${group.group}/${group.version}`;
  put(
    api.cluster.store,
    ...owners.map((metadata) => ({ apiVersion, kind: 'Kustomization', metadata, spec: { path: './', prune: true } })),
  );
});
afterAll(() => api?.[Symbol.asyncDispose]());

test('a lost lock ends the act before its next step, and leaves what was done', async () => {
  const begun: string[] = [];
  const done: string[] = [];
  let renewals = 0;
  const over = perform(steps, {
    target: { kubeConfig: api.config() } as Target,
    lock: {
      hold: async () => {
        renewals += 1;
        if (renewals > 1) throw new LockLost('it is held by another');
      },
    },
    signal: new AbortController().signal,
    begins: (step) => void begun.push(stepWords(step)),
    done: (step) => void done.push(stepWords(step)),
  });
  await expect(over).rejects.toThrow('was lost: it is held by another');
  expect([begun, done]).toEqual([['suspend Kustomization x/input in Flux'], ['suspend Kustomization x/input in Flux']]);
  const kustomizations = api.config().makeApiClient(CustomObjectsApi);
  const suspended = await Promise.all(
    owners.map(async (owner) => (await kustomizations.getNamespacedCustomObject({ ...group, ...owner })).spec.suspend),
  );
  expect(suspended).toEqual([true, undefined]);
});
