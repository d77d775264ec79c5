import { expect, test } from 'vitest';
import type { RuleState, SeriesState } from '../prometheus/observed.ts';
import { neededSelectors } from '../prometheus/promql.ts';
import { judgeAlerts } from './alerts.ts';
import { ago, migration, seen, unseen } from './testing/samples.ts';

const rule = (name: string, expression: string, change: Partial<RuleState> = {}): RuleState => {
  const reads = neededSelectors(expression);
  return {
    group: 'telemetry',
    name,
    kind: 'alerting',
    expression,
    health: 'ok',
    firing: [],
    ...(reads === undefined ? {} : { reads }),
    ...change,
  };
};
const record = (name: string, expression: string) => rule(name, expression, { kind: 'recording' });

const stored = 'stored:increase10m{stream="heatpump"}';
const recorded = record('stored:increase10m', 'sum by (stream) (increase(output_sent{job="sinks"}[10m]))');
const noData = rule('TimescaleDBNoRecentData', `${stored} == 0`);
const down = rule('MQTTKafkaBridgeDown', 'up{job="mqtt-kafka-bridge"} == 0');

const there = ['output_sent{job="sinks"}', stored, 'up{job="mqtt-kafka-bridge"}'];
const series = (selector: string, change: Partial<SeriesState> = {}): SeriesState => ({
  selector,
  metric: /^\w[\w:]*/.exec(selector)?.[0] ?? '',
  seriesCount: 1,
  nearMetrics: [],
  wantedInVain: [],
  ...change,
});
const gone = { seriesCount: 0, metricSeriesCount: 0 };

/** The rules, and of the selectors that they read all there but for those given. */
function judge(rules: readonly RuleState[], ...others: readonly SeriesState[]) {
  const missing = others.map(({ selector }) => selector);
  const present = there.filter((selector) => !missing.includes(selector)).map((selector) => series(selector));
  return judgeAlerts(seen(...rules), seen(...present, ...others), migration);
}

test('both alerts of the plan, with all that they read, pass', () => {
  expect(judge([recorded, noData, down])).toMatchObject({
    kind: 'pass',
    summary: '2 alerts loaded among 3 rules, all that is read is there; firing: none',
  });
});

test('the plan’s own expression can never fire: a table is no metric', () => {
  const own = rule('TimescaleDBNoRecentData', '(time() - max(timestamp(heatpump_status))) > 600');
  const none = series('heatpump_status', { ...gone, nearMetrics: ['heatpump_stats'] });
  expect(judge([own, down], none)).toMatchObject({
    kind: 'fail',
    observed:
      'TimescaleDBNoRecentData: can never fire: heatpump_status is exported by nobody within 1 h (nearest: heatpump_stats); expression: (time() - max(timestamp(heatpump_status))) > 600',
    look: "kubectl get --raw '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query?query=heatpump_status'",
  });
});

test('a metric that is there with other labels only is told apart from one that is not', () => {
  const up = series('up{job="mqtt-kafka-bridge"}', {
    seriesCount: 0,
    metricSeriesCount: 2,
    wantedInVain: [{ label: 'job', value: 'mqtt-kafka-bridge', there: ['bridge', 'sinks'] }],
  });
  expect(judge([recorded, noData, down], up).observed).toContain(
    'up{job="mqtt-kafka-bridge"} selects none of 2 series of up within 1 h: none has job="mqtt-kafka-bridge" (there are: bridge and sinks)',
  );
});

test('what a recording rule made once is not there when what it reads is gone', () => {
  const verdict = judge([recorded, noData, down], series('output_sent{job="sinks"}', { ...gone }));
  expect(verdict.kind).toBe('fail');
  expect(verdict.findings.filter(({ verdict: kind }) => kind === 'fail').map(({ observed }) => observed)).toEqual([
    expect.stringContaining('can never fire: output_sent, which stored:increase10m is recorded from, is exported by'),
    expect.stringContaining('records nothing: output_sent is exported by nobody'),
  ]);
});

test('a metric that one of two rules can record is there', () => {
  const other = record('stored:increase10m', 'sum by (stream) (increase(rows_total[10m]))');
  const verdict = judge([recorded, other, noData, down], series('rows_total', gone));
  expect(verdict.findings.filter(({ verdict: kind }) => kind === 'fail')).toMatchObject([
    { subject: 'stored:increase10m (recorded)' },
  ]);
});

test('a rule that reads what it records itself comes to an end', () => {
  const own = record('total', 'total + up{job="mqtt-kafka-bridge"}');
  const reads = rule('MQTTKafkaBridgeDown', 'total == 0');
  expect(judge([recorded, noData, reads, own], series('total')).kind).toBe('pass');
});

test.each<[string, RuleState[], string, string]>([
  ['an alert that is not loaded', [recorded, noData], 'fail', 'MQTTKafkaBridgeDown: is not loaded: not among 1 alert'],
  [
    'one of a near name',
    [recorded, noData, { ...down, name: 'MqttKafkaBridgeDown' }],
    'fail',
    'found instead: MqttKafkaBridgeDown',
  ],
  ['a metric of the name of an alert', [recorded, noData, { ...down, kind: 'recording' }], 'fail', 'is not loaded'],
  ['no rule at all', [], 'fail', 'Prometheus has no alert at all'],
  [
    'a rule in error',
    [recorded, noData, { ...down, health: 'err', lastError: 'many-to-many matching not allowed' }],
    'fail',
    'does not evaluate: many-to-many matching not allowed',
  ],
  ['a rule that was never evaluated', [recorded, noData, { ...down, health: 'unknown' }], 'inconclusive', 'not been'],
  ['no PromQL', [recorded, noData, rule('MQTTKafkaBridgeDown', 'up{')], 'inconclusive', 'could not be read: up{'],
])('%s', (_, rules, kind, observed) => {
  expect(judge(rules)).toMatchObject({ kind, observed: expect.stringContaining(observed) });
});

test('a rule that nobody asked for is not judged, whatever it reads', () => {
  const others = [
    rule('EtcdDown', 'etcd_up == 0', { group: 'kubernetes-system' }),
    record('etcd:up', 'sum(etcd_up)'),
    rule('Broken', 'up{', { health: 'err' }),
  ];
  const verdict = judge([recorded, noData, down, ...others], series('etcd_up', gone));
  expect(verdict.kind).toBe('pass');
  expect(verdict.findings.map(({ subject }) => subject)).toEqual([
    'TimescaleDBNoRecentData',
    'MQTTKafkaBridgeDown',
    'stored:increase10m (recorded)',
  ]);
});

test('an alert that fires is shown and not judged', () => {
  const fires = { ...down, firing: [{ since: ago(60), labels: { alertname: 'MQTTKafkaBridgeDown' } }] };
  const verdict = judge([recorded, noData, fires]);
  expect(verdict.summary).toContain('firing: MQTTKafkaBridgeDown');
  expect(verdict.findings.map(({ observed }) => observed).join()).toContain(`it fires, since ${ago(60)}`);
});

test('without a Prometheus it does not apply; one that does not answer is inconclusive', () => {
  const { prometheus: _, ...without } = migration;
  expect(judgeAlerts(seen(), seen(), without)).toMatchObject({
    kind: 'not-applicable',
    summary: expect.stringContaining('section prometheus'),
  });
  expect(judgeAlerts(unseen('rules of monitoring/prometheus'), seen(), migration).kind).toBe('inconclusive');
  expect(judgeAlerts(seen(recorded, noData, down), unseen('series up'), migration).kind).toBe('inconclusive');
  expect(judgeAlerts(seen(recorded, noData, down), seen(), migration).kind).toBe('inconclusive');
});
