import { podsOf } from './deployments.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';

const prometheus = { namespace: 'monitoring', name: 'prometheus' };

/** A change of a file that Prometheus reads: of replica/manifests/monitoring.yaml. */
interface Edit extends Pick<Fault, 'name' | 'title' | 'embeddedOnly'> {
  readonly file: 'prometheus.yml' | 'telemetry.yml';
  readonly change: (text: string) => string;
}

/** The expression of an alert, with what stands before it. */
const expressionOf = (alert: string) => new RegExp(`(- alert: ${alert}\\n\\s+expr: ).*`);

/** What goes wrong with alerts: each looks, as long as nothing happens, like one that has no occasion to fire. */
export const alertEdits: readonly Edit[] = [
  {
    name: 'dead-alert',
    title: 'the plan’s own expression is used: it reads a metric that nobody exports',
    file: 'telemetry.yml',
    change: (rules) =>
      rules.replace(expressionOf('TimescaleDBNoRecentData'), '$1(time() - max(timestamp(heatpump_status))) > 600'),
  },
  {
    name: 'alert-missing',
    title: 'an alert of the plan is not loaded',
    file: 'telemetry.yml',
    change: (rules) => rules.replace('alert: MQTTKafkaBridgeDown', 'alert: MqttBridgeDown'),
  },
  {
    name: 'alert-unscraped',
    title: 'the bridge is scraped under another job than the alert asks for',
    file: 'prometheus.yml',
    change: (config) => config.replace('job_name: mqtt-kafka-bridge', 'job_name: bridge'),
  },
  {
    name: 'alert-behind-dead-recording',
    title: 'an alert reads what is recorded from a metric that nobody exports',
    file: 'telemetry.yml',
    change: (rules) => rules.replace('increase(output_sent{', 'increase(rows_stored_total{'),
  },
  {
    name: 'alert-in-error',
    title: 'an alert’s expression does not evaluate over what is there',
    embeddedOnly: 'at life’s pace a rule is first evaluated, and found to be in error, up to a minute after the start',
    file: 'telemetry.yml',
    change: (rules) => rules.replace(expressionOf('MQTTKafkaBridgeDown'), '$1output_sent + on (job) output_sent == 0'),
  },
];

export const alertFaults: readonly Fault[] = [
  ...alertEdits.map(
    ({ file, change, ...fault }): Fault => ({
      ...fault,
      phase: 'post',
      expects: ['PM.alerts'],
      plant: (target) => planting((steps) => edit(target, steps, file, change)),
    }),
  ),
  {
    name: 'prometheus-silent',
    title: 'Prometheus accepts connections and answers nothing',
    phase: 'post',
    expects: [],
    obstructs: ['PM.alerts'],
    embeddedOnly: 'a real Prometheus answers as long as its process runs',
    plant: (target) =>
      planting(async ({ undo }) => {
        const { hooks } = target;
        if (!hooks) throw new Error('prometheus-silent needs an embedded replica');
        undo(() => hooks.clear('prometheus-silent'));
        await hooks.set('prometheus-silent');
      }),
  },
];

/** Changes a file of Prometheus’ ConfigMap and has it loaded. Throws when the change changes nothing. */
async function edit(target: FaultTarget, steps: Planting, file: string, change: Edit['change']): Promise<void> {
  const { data = {} } = await target.core.readNamespacedConfigMap(prometheus);
  const before = data[file] ?? '';
  const after = change(before);
  if (after === before) throw new Error(`${file} of ConfigMap monitoring/prometheus does not hold what is changed`);
  steps.undo(() => load(target, steps, file, before));
  await load(target, steps, file, after);
}

/** A new pod has the files as they are then; a running one would get them within a minute or so. */
async function load(
  target: FaultTarget,
  { until }: Pick<Planting, 'until'>,
  file: string,
  text: string,
): Promise<void> {
  const { core } = target;
  await core.patchNamespacedConfigMap({ ...prometheus, body: [{ op: 'replace', path: `/data/${file}`, value: text }] });
  const before = new Set((await podsOf(target, prometheus)).map(({ metadata }) => metadata?.uid));
  await core.deleteCollectionNamespacedPod({
    namespace: prometheus.namespace,
    labelSelector: `app=${prometheus.name}`,
  });
  await until('Prometheus to have started anew', async () => {
    const pods = (await podsOf(target, prometheus)).filter(({ metadata }) => !before.has(metadata?.uid));
    const isReady = pods.some(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    return isReady ? undefined : `${pods.length} new pods, none Ready`;
  });
}
