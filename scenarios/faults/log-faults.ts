import { someContainer } from './deployments.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';

const bridge = { namespace: 'mqtt-kafka-bridge', name: 'mqtt-kafka-bridge' };

export const logFaults: readonly Fault[] = [
  {
    name: 'error-in-previous-log',
    title: 'the only error stands in the log of the container’s previous run',
    expects: ['P1.logs-clean', 'P1.restarts'],
    // A container that has just restarted is not trusted yet.
    entails: ['P1.workloads', 'P1.streams', 'P1.topics-fresh', 'P1.tables-fresh', 'P1.rows-keep-pace'],
    plant: (target) =>
      planting(async (steps) => {
        const pod = await logAnError(target, steps);
        await target.exec(bridge.namespace, pod, bridge.name, ['kill', '1']);
        await steps.until('the container to run again', () =>
          someContainer(target, bridge, ({ ready, restartCount }) => ready && restartCount > 0),
        );
      }),
  },
  {
    name: 'error-5000-lines-back',
    title: 'an error stands 5,000 lines back, within the window',
    expects: ['P1.logs-clean'],
    entails: ['P1.streams'],
    plant: (target) =>
      planting(async (steps) => {
        await logAnError(target, steps);
        for (let line = 0; line < 5_000; line++) await target.connect('bridge').postNonsense();
      }),
  },
];

/** The bridge says so when a payload is not JSON, and drops it. Resolves with the pod’s name. */
async function logAnError(target: FaultTarget, { until }: Planting): Promise<string> {
  await target.publishMqtt('homelab/temperature/outdoor', 'no json');
  const { items } = await target.core.listNamespacedPod({
    namespace: bridge.namespace,
    labelSelector: `app=${bridge.name}`,
  });
  const pod = items.find(({ metadata }) => !metadata?.deletionTimestamp)?.metadata?.name ?? '';
  await until('the error in the log', async () => {
    const log = await target.core.readNamespacedPodLog({ namespace: bridge.namespace, name: pod, tailLines: 100 });
    return log.includes('level=error') ? undefined : 'not there yet';
  });
  return pod;
}
