import { expect, test } from 'vitest';
import { judgeAlerts } from '../../helpers/judge/alerts.ts';
import { migration } from '../../helpers/judge/testing/samples.ts';
import type { Verdict } from '../../helpers/judge/verdict.ts';
import { prometheusApi } from '../../helpers/prometheus/api.ts';
import { observeRules } from '../../helpers/prometheus/rules.ts';
import { observeSeries } from '../../helpers/prometheus/series.ts';
import { prometheusProgram } from '../../replica/embedded/programs/prometheus/program.ts';
import { exporter } from '../../replica/embedded/testing/exporter.ts';
import { mountedConfigMap } from '../../replica/embedded/testing/manifest.ts';
import { World } from '../../replica/embedded/testing/world.ts';
import { alertEdits } from './alert-faults.ts';

const directory = '/etc/prometheus';
const scraped = [
  'mqtt-kafka-bridge.mqtt-kafka-bridge',
  'redpanda-connect.timescaledb',
  'redpanda-connect.heatpump-settings',
];

/** What a Redpanda Connect exports that sends more and more. */
function sending(): () => string {
  let sent = 0;
  return () => {
    sent += 1;
    return ['heatpump', 'energy'].map((stream) => `output_sent{label="",stream="${stream}"} ${sent}\n`).join('');
  };
}

/** What is judged of the replica's Prometheus with these files, when it is ready. */
async function verdictOf(files: ReadonlyMap<string, string>): Promise<Verdict> {
  await using world = new World();
  for (const name of scraped) world.run(exporter(4195, sending()), { name });
  const args = [`--config.file=${directory}/prometheus.yml`];
  const run = world.run(prometheusProgram(), { name: 'prometheus.monitoring', args, files, timeScale: 30 });
  await expect.poll(async () => (await run.http(9090, '/-/ready')).status, { timeout: 15_000 }).toBe(200);
  const ask = prometheusApi('Prometheus', (path) => run.http(9090, path));
  const rules = await observeRules(ask);
  const selectors = rules.flatMap(({ reads = [] }) => reads);
  const series = await Promise.all(selectors.map((selector) => observeSeries(ask, selector, 60, new Date())));
  return judgeAlerts({ seen: rules, unseen: [] }, { seen: series, unseen: [] }, migration);
}

test('the manifests’ own rules can fire', async () => {
  expect(await verdictOf(mountedConfigMap('monitoring', 'prometheus', directory))).toMatchObject({ kind: 'pass' });
});

test.each(alertEdits)('$name is told, by the alert that it is about', async ({ name, file, change }) => {
  const files = mountedConfigMap('monitoring', 'prometheus', directory);
  const before = files.get(`${directory}/${file}`) ?? '';
  files.set(`${directory}/${file}`, change(before));
  expect(change(before)).not.toBe(before);
  const { kind, observed } = await verdictOf(files);
  expect(kind).toBe('fail');
  expect(observed).toContain(
    {
      'dead-alert': 'TimescaleDBNoRecentData: can never fire: heatpump_status is exported by nobody',
      'alert-missing': 'MQTTKafkaBridgeDown: is not loaded: not among 2 alerts',
      'alert-unscraped': 'none has job="mqtt-kafka-bridge" (there are: bridge, settings-sink and timescaledb-sink)',
      'alert-behind-dead-recording': 'which telemetry:rows_stored:increase10m is recorded from, is exported by nobody',
      'alert-in-error': 'MQTTKafkaBridgeDown: does not evaluate: ',
    }[name],
  );
});
