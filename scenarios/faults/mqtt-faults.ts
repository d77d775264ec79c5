import { duration } from '../../helpers/time-words.ts';
import { reading } from '../../replica/embedded/history/readings.ts';
import { setInDeployment } from './deployments.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting, scaledSeconds } from './planting.ts';

const bridge = { namespace: 'mqtt-kafka-bridge', name: 'mqtt-kafka-bridge' };
const twin = { namespace: bridge.namespace, name: 'mqtt-kafka-bridge-twin' };
const sensors = { namespace: 'sensors', name: 'sensors' };
/** So many of its intervals a battery sensor may miss and still be within its limit. */
const missedIntervals = 2;

/** What sensors and bridges do to each other over MQTT. */
export const mqttFaults: readonly Fault[] = [
  {
    name: 'battery-sensor-sleeps',
    title: 'a battery sensor misses two of its reports, which its limit allows, and no verdict changes',
    expects: [],
    isSlow: true,
    plant: (target) =>
      planting(async (steps) => {
        await silence(target, steps, 'temperature-indoor');
        const { every = 900 } = target.migration.new.streams['temperature-indoor'] ?? {};
        const asleep = (1 + missedIntervals) * scaledSeconds(target, every);
        await steps.until(
          `its newest row to be ${duration(asleep)} old`,
          async () => {
            const [row] = await target.sql<{ age: string }>(
              'telemetry',
              `select extract(epoch from now() - max(time)) as age from temperature_sensors where location = 'indoor'`,
            );
            return Number(row?.age) > asleep ? undefined : `${duration(Number(row?.age))} old`;
          },
          asleep + 120,
        );
      }),
  },
  {
    name: 'null-field',
    title: 'a payload has a null where a number belongs: the bridge drops it, says so, and goes on',
    expects: ['P1.logs-clean'],
    entails: ['P1.streams'],
    plant: (target) =>
      planting(async ({ until }) => {
        await target.publishMqtt(
          'thermiq_heatpump/data',
          JSON.stringify({ ...reading('heatpump', Date.now()), d16: null }),
        );
        await until('the bridge to say so', () => logLacks(target, /level=error/));
      }),
  },
  {
    name: 'duplicate-client-id',
    title: 'a second bridge with the same MQTT client ids: the two throw each other off',
    // Here the two take turns for as long as both are there. Of the real program one wins after some thirty losses on each
    // side, and the other one tries on at the cost of a core: if the declared one won, its counters stand still by then.
    expects: ['P1.logs-clean'],
    entails: ['P1.streams', 'P1.topics-fresh', 'P1.tables-fresh', 'P1.rows-keep-pace', 'P1.values', 'P1.lag'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        const { spec } = await target.apps.readNamespacedDeployment(bridge);
        const labels = { app: twin.name };
        const template = { ...spec?.template, metadata: { labels } };
        // Undone last: a real bridge whose clients were taken over hundreds of times was not seen to connect again by itself.
        undo(() => restartBridge(target));
        undo(() => target.apps.deleteNamespacedDeployment(twin));
        await target.apps.createNamespacedDeployment({
          namespace: twin.namespace,
          body: {
            metadata: { name: twin.name, labels },
            spec: { ...spec, selector: { matchLabels: labels }, template },
          } as never,
        });
        await until('the bridge to lose its connection', () => logLacks(target, /Connection lost/));
      }),
  },
];

/** Has the bridge's Deployment replace its pods. */
async function restartBridge(target: FaultTarget): Promise<void> {
  for (const name of await bridgePods(target)) {
    await target.core.deleteNamespacedPod({ namespace: bridge.namespace, name });
  }
}

async function bridgePods({ core }: FaultTarget): Promise<string[]> {
  const { items } = await core.listNamespacedPod({ namespace: bridge.namespace, labelSelector: `app=${bridge.name}` });
  return items.flatMap(({ metadata }) => (metadata?.deletionTimestamp ? [] : (metadata?.name ?? [])));
}

/** Undefined when the bridge's log has such a line. */
async function logLacks(target: FaultTarget, line: RegExp): Promise<string | undefined> {
  const { core } = target;
  const [pod = ''] = await bridgePods(target);
  const log = await core.readNamespacedPodLog({ namespace: bridge.namespace, name: pod, tailLines: 200 });
  return line.test(log) ? undefined : 'no such line yet';
}

/** Has one of the house's sensors fall silent; the others report on. */
async function silence(target: FaultTarget, steps: Planting, sensor: string): Promise<void> {
  const { spec } = await target.apps.readNamespacedDeployment(sensors);
  const env = spec?.template.spec?.containers[0]?.env ?? [];
  const silenced = env.map((variable) =>
    variable.name === 'SILENT_SENSORS' ? { ...variable, value: sensor } : variable,
  );
  await setInDeployment(target, steps, sensors, '/spec/template/spec/containers/0/env', silenced);
}
