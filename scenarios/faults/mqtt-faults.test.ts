import { expect, test } from 'vitest';
import type { FaultTarget } from './fault.ts';
import { mqttFaults } from './mqtt-faults.ts';

test('the bridge is restarted once its twin is gone: a real one stays thrown off', async () => {
  const acts: string[] = [];
  const target = {
    apps: {
      readNamespacedDeployment: async () => ({ spec: { replicas: 1, template: {} } }),
      createNamespacedDeployment: async () => acts.push('twin made'),
      deleteNamespacedDeployment: async () => acts.push('twin deleted'),
    },
    core: {
      listNamespacedPod: async () => ({
        items: [{ metadata: { name: 'ending', deletionTimestamp: new Date() } }, { metadata: { name: 'bridge-1' } }],
      }),
      readNamespacedPodLog: async () => 'level=error msg="Connection lost due to: EOF"',
      deleteNamespacedPod: async ({ name }: { name: string }) => acts.push(`${name} deleted`),
    },
  } as unknown as FaultTarget;
  const fault = mqttFaults.find(({ name }) => name === 'duplicate-client-id');
  const planted = await fault?.plant(target);
  expect(acts).toEqual(['twin made']);
  await planted?.[Symbol.asyncDispose]();
  expect(acts).toEqual(['twin made', 'twin deleted', 'bridge-1 deleted']);
});
