import { podsOf, setInDeployment, someContainer } from './deployments.ts';
import type { Fault } from './fault.ts';
import { planting } from './planting.ts';
import { notStale } from './stale-rows.ts';

const settingsSink = { namespace: 'heatpump-settings', name: 'redpanda-connect' };
const telemetrySink = { namespace: 'timescaledb', name: 'redpanda-connect' };
const container = '/spec/template/spec/containers/0';
/** What a sink that is away takes with it. */
const sinkAway = ['P1.streams', 'P1.lag', 'P1.rows-keep-pace', 'P1.settings-current', 'P1.logs-clean', 'P1.restarts'];

export const workloadFaults: readonly Fault[] = [
  {
    name: 'crash-loop',
    title: 'a pod is crash-looping: its stream file is missing',
    expects: ['P1.workloads'],
    entails: sinkAway,
    plant: (target) =>
      planting(async (steps) => {
        await setInDeployment(target, steps, settingsSink, `${container}/args`, ['streams', '/missing/settings.yaml']);
        await steps.until('the container to have restarted', () =>
          someContainer(target, settingsSink, ({ restartCount }) => restartCount >= 1),
        );
      }),
  },
  {
    name: 'oom-killed',
    title: 'a pod is killed for want of memory again and again',
    expects: ['P1.workloads', 'P1.restarts'],
    entails: sinkAway,
    plant: (target) =>
      planting(async (steps) => {
        // With little more it neither starts nor dies: the kernel takes pages of its code back again and again.
        const resources = { requests: { cpu: '20m', memory: '8Mi' }, limits: { memory: '10Mi' } };
        await setInDeployment(target, steps, settingsSink, `${container}/resources`, resources);
        await steps.until('the container to have been OOMKilled', () =>
          someContainer(target, settingsSink, ({ lastState }) => lastState?.terminated?.reason === 'OOMKilled'),
        );
      }),
  },
  {
    name: 'scaled-to-zero',
    title: 'a Deployment of the new system is scaled to 0',
    expects: ['P1.workloads'],
    entails: sinkAway,
    plant: (target) =>
      planting(async (steps) => {
        await setInDeployment(target, steps, settingsSink, '/spec/replicas', 0);
        await steps.until('its pods to be gone', async () => {
          const { length } = await podsOf(target, settingsSink);
          return length === 0 ? undefined : `${length} pods`;
        });
      }),
  },
  {
    name: 'sink-stopped',
    title: 'the telemetry sink is stopped, and its tables go stale',
    expects: ['P1.workloads', 'P1.tables-fresh', 'P1.lag'],
    entails: [...sinkAway, 'P1.values', 'P1.no-duplicates'],
    plant: (target) =>
      planting(async (steps) => {
        await setInDeployment(target, steps, telemetrySink, '/spec/replicas', 0);
        await steps.until('its pods to be gone', async () => {
          const { length } = await podsOf(target, telemetrySink);
          return length === 0 ? undefined : `${length} pods`;
        });
        await steps.until('its rows to be older than their limit', () => notStale(target, 'heatpump'));
      }),
  },
  {
    name: 'sensor-dead',
    title: 'a topic has gone silent: its sensor reports no more',
    expects: ['P1.topics-fresh', 'P1.tables-fresh'],
    entails: ['P1.streams', 'P1.rows-keep-pace', 'P1.lag', 'P1.values'],
    plant: (target) =>
      planting(async (steps) => {
        const sensors = { namespace: 'sensors', name: 'sensors' };
        const { spec } = await target.apps.readNamespacedDeployment(sensors);
        const env = spec?.template.spec?.containers[0]?.env ?? [];
        const silenced = env.map((variable) =>
          variable.name === 'SILENT_SENSORS' ? { ...variable, value: 'energy' } : variable,
        );
        await setInDeployment(target, steps, sensors, `${container}/env`, silenced);
        await steps.until('the stream to be silent for longer than its limit', () => notStale(target, 'energy'));
      }),
  },
];
