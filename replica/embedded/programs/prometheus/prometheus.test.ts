import { afterEach, expect, test } from 'vitest';
import { exporter } from '../../testing/exporter.ts';
import { mountedConfigMap } from '../../testing/manifest.ts';
import { World } from '../../testing/world.ts';
import { prometheusProgram } from './program.ts';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

function start(files: ReadonlyMap<string, string>, page: () => string) {
  world = new World();
  world.run(exporter(4195, page), { name: 'mqtt-kafka-bridge.mqtt-kafka-bridge' });
  world.run(exporter(4195, page), { name: 'redpanda-connect.timescaledb' });
  const run = world.run(prometheusProgram(), {
    name: 'prometheus.monitoring',
    args: ['--config.file=/etc/prometheus/prometheus.yml'],
    files,
    timeScale: 30,
  });
  const ask = async (path: string) => JSON.parse((await run.http(9090, path)).body);
  const ready = () => expect.poll(async () => (await run.http(9090, '/-/ready')).status, patience).toBe(200);
  return { run, ask, ready };
}

const patience = { timeout: 10_000, interval: 20 };
const shipped = () => mountedConfigMap('monitoring', 'prometheus', '/etc/prometheus');
let rows = 0;
const growing = () => {
  rows += 1;
  return `# TYPE output_sent counter\noutput_sent{label="",stream="heatpump"} ${rows}\n`;
};

test('the rules of the manifests evaluate over what is scraped, and see what those before them recorded', async () => {
  const { ask, ready } = start(shipped(), growing);
  await ready();
  const { data } = await ask('/api/v1/rules');
  expect(data.groups).toMatchObject([
    {
      name: 'telemetry',
      rules: [
        { type: 'recording', name: 'telemetry:rows_stored:increase10m', health: 'ok' },
        { type: 'alerting', name: 'TimescaleDBNoRecentData', health: 'ok', state: 'inactive', alerts: [] },
        { type: 'alerting', name: 'MQTTKafkaBridgeDown', health: 'ok', state: 'inactive' },
      ],
    },
  ]);
  const stored = await ask('/api/v1/query?query=telemetry:rows_stored:increase10m');
  expect(stored.data.result).toMatchObject([{ metric: { stream: 'heatpump' } }]);
  expect(Number(stored.data.result[0].value[1])).toBeGreaterThan(0);
  // Nobody listens where the settings' sink would be.
  const up = await ask('/api/v1/query?query=up==0');
  expect(up.data.result).toMatchObject([{ metric: { __name__: 'up', job: 'settings-sink' } }]);
});

test('an alert is pending, and fires when it has been for its time at the replica’s pace', async () => {
  const files = shipped();
  files.set(
    '/etc/prometheus/telemetry.yml',
    'groups: [{ name: g, rules: [{ alert: Always, expr: up == 1, for: 30s, labels: { severity: page } }] }]',
  );
  const { ask, ready } = start(files, growing);
  await ready();
  const { data } = await ask('/api/v1/alerts');
  expect(data.alerts).toHaveLength(2);
  expect(data.alerts[0]).toMatchObject({ state: 'pending', labels: { alertname: 'Always', severity: 'page' } });
  await expect.poll(async () => (await ask('/api/v1/rules')).data.groups[0].rules[0].state, patience).toBe('firing');
});

test.each([
  ['count(up)', '3'],
  ['sum by (job) (up{job="timescaledb-sink"})', '1'],
  ['count(last_over_time({__name__="up", job=~"mqtt.*"}[60s]))', '1'],
  ['up{job="timescaledb-sink"} and on (job) output_sent', '1'],
  ['vector(1) unless absent(up)', '1'],
  ['absent(nothing)', '1'],
  ['count(up != 0 or nothing)', '2'],
  ['max(timestamp(up)) - 5 > bool 1', 'execution'],
  ['output_sent + on (stream) output_sent', 'execution'],
  ['histogram_quantile(0.9, up)', 'execution'],
  ['up{', 'bad_data'],
])('%s is %s', async (query, answer) => {
  const { ask, ready } = start(shipped(), () => 'output_sent{stream="heatpump"} 1\n');
  await ready();
  const { data, errorType } = await ask(`/api/v1/query?query=${encodeURIComponent(query)}`);
  expect(data?.result[0].value[1] ?? errorType).toBe(answer);
});

test('a series that is exported no longer ends at once', async () => {
  let page = 'gone 1\nkept 1\n';
  const { ask, ready } = start(shipped(), () => page);
  await ready();
  page = 'kept 1\n';
  await expect.poll(async () => (await ask('/api/v1/query?query=gone')).data.result, patience).toEqual([]);
  expect((await ask('/api/v1/query?query=kept')).data.result).toHaveLength(2);
  expect((await ask('/api/v1/query?query=count(last_over_time(gone[60s]))')).data.result).toHaveLength(1);
});

test('what it cannot load ends it as the real one', async () => {
  const files = shipped();
  files.set('/etc/prometheus/telemetry.yml', 'groups: [{ name: g, rules: [{ alert: A, expr: "up{" }] }]');
  const { run } = start(files, growing);
  expect(await run.exited).toBe(2);
  expect(run.lines.at(-1)).toContain('parse error');
});
