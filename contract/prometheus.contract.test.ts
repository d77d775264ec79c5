import { beforeAll, expect, test } from 'vitest';
import { prometheusApi } from '../helpers/prometheus/api.ts';
import { neededSelectors } from '../helpers/prometheus/promql.ts';
import { observeRules } from '../helpers/prometheus/rules.ts';
import { observeSeries } from '../helpers/prometheus/series.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { prometheusSubjects } from './prometheus-subjects.ts';
import { contract } from './suite.ts';

/** What the scraped program exports: two streams, and what is put behind. */
const stored = (rows: number, more = '') =>
  [
    '# TYPE output_sent counter',
    ...['heatpump', 'energy'].map((stream) => `output_sent{label="",stream="${stream}"} ${rows}`),
    more,
  ].join('\n');

contract('Prometheus', prometheusSubjects, (system) => {
  const ask = () => prometheusApi('Prometheus', (path) => system().get(path));
  const rules = () => observeRules(ask());
  const rule = async (name: string) => (await rules()).find((one) => one.name === name);
  const series = async (text: string, windowSeconds = 60) => {
    const [selector] = neededSelectors(text) ?? [];
    if (selector === undefined) throw new Error(`${text} is no selector`);
    return observeSeries(ask(), selector, windowSeconds, new Date());
  };
  const become = async <T>(what: string, look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> =>
    eventually(
      async () => {
        const now = await look();
        return isSo(now) ? seen(now) : notYet(JSON.stringify(now));
      },
      { for: what, within: 15, every: 0.2 },
    );

  beforeAll(async () => {
    system().expose(stored(1, 'fades 1\n'));
    await become('every rule evaluated', rules, (all) => all.every(({ health }) => health !== 'unknown'));
    await become(
      'a first scrape',
      () => series('output_sent'),
      ({ seriesCount }) => seriesCount === 6,
    );
    system().expose(stored(5, 'fades 1\n'));
  });

  test('has loaded the rules of the manifests, with what they read', async () => {
    expect((await rules()).filter(({ group }) => group === 'telemetry')).toMatchObject([
      {
        name: 'telemetry:rows_stored:increase10m',
        kind: 'recording',
        health: 'ok',
        reads: [{ text: 'output_sent{job="timescaledb-sink"}' }],
        firing: [],
      },
      {
        name: 'TimescaleDBNoRecentData',
        kind: 'alerting',
        reads: [{ text: 'telemetry:rows_stored:increase10m{stream="heatpump"}' }],
      },
      { name: 'MQTTKafkaBridgeDown', kind: 'alerting', health: 'ok', reads: [{ text: 'up{job="mqtt-kafka-bridge"}' }] },
    ]);
  });

  test('what it records is a metric like any other', async () => {
    const recorded = () => series('telemetry:rows_stored:increase10m{stream="heatpump"}');
    expect(await become('the recorded series', recorded, ({ seriesCount }) => seriesCount > 0)).toMatchObject({
      seriesCount: 1,
    });
  });

  test('an alert that fires is told with since when and its labels, and one that does not is not', async () => {
    const fires = await become(
      'the alert to fire',
      () => rule('Fires'),
      (one) => (one?.firing.length ?? 0) > 0,
    );
    expect(fires?.firing[0]?.labels).toMatchObject({ alertname: 'Fires', job: 'mqtt-kafka-bridge', severity: 'page' });
    expect(Date.parse(fires?.firing[0]?.since ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect((await rule('MQTTKafkaBridgeDown'))?.firing).toEqual([]);
    expect((await rule('Absent'))?.firing).toHaveLength(1);
  });

  test('a rule that cannot be evaluated is in error, with the reason', async () => {
    const one = await become(
      'the rule in error',
      () => rule('InError'),
      (now) => now?.health === 'err',
    );
    expect(one?.lastError).toContain('many-to-many matching not allowed');
  });

  test('series are counted by their selector', async () => {
    expect(await series('output_sent')).toMatchObject({ seriesCount: 6, wantedInVain: [] });
    expect(await series('up{job="mqtt-kafka-bridge"}')).toMatchObject({ seriesCount: 1 });
    expect(await series('{job=~"settings.*", stream!="energy", __name__="output_sent"}')).toMatchObject({
      seriesCount: 1,
    });
  });

  test('of a metric that is not there the nearest names are told', async () => {
    expect(await series('output_send')).toMatchObject({
      seriesCount: 0,
      metricSeriesCount: 0,
      nearMetrics: ['output_sent'],
    });
  });

  test('of a label that no series has so, what there is', async () => {
    expect(await series('up{job="bridge"}')).toMatchObject({
      seriesCount: 0,
      metricSeriesCount: 3,
      wantedInVain: [
        { label: 'job', value: 'bridge', there: ['mqtt-kafka-bridge', 'settings-sink', 'timescaledb-sink'] },
      ],
    });
  });

  test('what is exported no longer counts for as long as the window reaches back', async () => {
    expect(await series('fades')).toMatchObject({ seriesCount: 3 });
    system().expose(stored(9));
    await become(
      'the series to leave the window',
      () => series('fades', 3),
      ({ seriesCount }) => seriesCount === 0,
    );
    expect(await series('fades', 60)).toMatchObject({ seriesCount: 3 });
  });

  test('what is no PromQL is refused with a reason', async () => {
    const answer = await system().get('/api/v1/query?query=up%7B');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'error', errorType: 'bad_data' });
  });
});
