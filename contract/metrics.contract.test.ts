import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseMetrics, type Sample } from '../helpers/connect/prometheus.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { raw } from '../replica/embedded/kubernetes/testing/api.ts';
import { parseQuantity } from '../replica/embedded/node/quantity.ts';
import { connectSubjects } from './connect-subjects.ts';
import { container } from './containers.ts';
import { clusterSubjects } from './kubernetes-subjects.ts';
import { contract } from './suite.ts';

/** A metrics server scrapes each 15 s or so, and needs two looks at a container to know its CPU. */
const measuredWithinSeconds = 90;

interface PodMetrics {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly {
    readonly name: string;
    readonly usage: { readonly cpu: string; readonly memory: string };
  }[];
}

contract('Metrics of pods and nodes', clusterSubjects, (system) => {
  const metrics = (path: string) => raw(system().admin, 'GET', `/apis/metrics.k8s.io/v1beta1/${path}`);
  const pods = (rest = '') => metrics(`namespaces/${system().namespace}/pods${rest}`);

  beforeAll(
    async () => {
      const objects = KubernetesObjectApi.makeApiClient(system().admin);
      const metadata = { name: 'speaker', namespace: system().namespace, labels: { app: 'speaker' } };
      const spec = { terminationGracePeriodSeconds: 1, containers: [container('speaker')] };
      await objects.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as unknown as KubernetesObject);
      await eventually(
        async () => {
          const { status, body } = await pods('/speaker');
          return status === 200 ? seen(body) : notYet(`${status} ${body}`);
        },
        { for: 'metrics of pod speaker', within: measuredWithinSeconds, every: 1 },
      );
    },
    measuredWithinSeconds * 1000 + 5_000,
  );

  test('of a pod: what each container uses, over which window, up to when', async () => {
    const { json } = await pods('/speaker');
    const { kind, timestamp, window, containers } = json as unknown as PodMetrics;
    expect(kind).toBe('PodMetrics');
    expect(Math.abs(Date.now() - Date.parse(timestamp))).toBeLessThan(120_000);
    expect(window).toMatch(/^\d+m?\d*(\.\d+)?s$/);
    expect(containers.map(({ name }) => name)).toEqual(['main']);
    for (const { usage } of containers) {
      expect(usage.memory).toMatch(/^\d+(Ki)?$/);
      expect(parseQuantity(usage.memory)).toBeGreaterThan(0);
      expect(usage.cpu).toMatch(/^\d+[nu]?$/);
      expect(parseQuantity(usage.cpu)).toBeLessThan(64);
    }
  });

  test('of the pods of a namespace, and of those with a label', async () => {
    const names = async (rest: string) =>
      ((await pods(rest)).json as unknown as { items: PodMetrics[] }).items.map(({ metadata }) => metadata.name);
    expect(await names('')).toEqual(['speaker']);
    expect(await names('?labelSelector=app%3Dspeaker')).toEqual(['speaker']);
    expect(await names('?labelSelector=app%3Dnobody')).toEqual([]);
  });

  test('of the nodes', async () => {
    const { kind, items } = (await metrics('nodes')).json as unknown as {
      kind: string;
      items: { usage: { cpu: string; memory: string } }[];
    };
    expect(kind).toBe('NodeMetricsList');
    expect(items.length).toBeGreaterThan(0);
    for (const { usage } of items) expect(parseQuantity(usage.memory)).toBeGreaterThan(0);
  });

  test('of a pod that is not there', async () => {
    const { status, json } = await pods('/nobody');
    expect({ status, message: json.message }).toEqual({
      status: 404,
      message: expect.stringContaining(`${system().namespace}/nobody`),
    });
  });
});

contract('Metrics of Redpanda Connect', connectSubjects, (system) => {
  const counters = [
    'input_received',
    'input_connection_up',
    'input_connection_lost',
    'output_sent',
    'output_error',
    'output_connection_up',
    'output_connection_lost',
    'processor_error',
  ];
  const page = async () => (await system().get('/metrics')).body;
  const of = (samples: readonly Sample[], name: string, stream: string) =>
    samples.filter((sample) => sample.name === name && sample.labels.stream === stream);

  test('are Prometheus text, each metric with its type before its samples', async () => {
    const text = await page();
    const samples = parseMetrics(text);
    const typed = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => [name, type]));
    for (const { name } of samples) {
      const family = [name, name.replace(/_(sum|count|bucket)$/, '')].find((each) => typed.has(each));
      expect(family, `${name} has a type`).toBeDefined();
    }
    for (const name of counters) expect({ name, type: typed.get(name) }).toEqual({ name, type: 'counter' });
  });

  describe.each(counters)('%s', (name) => {
    test('is there for each stream, from its start', async () => {
      const samples = parseMetrics(await page());
      for (const stream of system().streams) {
        const found = of(samples, name, stream);
        expect(found.length, stream).toBeGreaterThan(0);
        for (const { value, labels } of found) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(labels.path).toMatch(/^root\.(input|output|pipeline\.processors\.\d+(\.catch\.\d+)?)$/);
        }
      }
    });
  });

  test('are of each processor, nested ones too', async () => {
    const samples = parseMetrics(await page());
    for (const stream of system().streams) {
      expect(of(samples, 'processor_received', stream).map(({ labels }) => labels.path)).toEqual([
        'root.pipeline.processors.0',
        'root.pipeline.processors.1',
        'root.pipeline.processors.1.catch.0',
      ]);
    }
  });

  test('count what passes, of the stream that it passes and of no other', async () => {
    const count = async (name: string, stream: string) =>
      of(parseMetrics(await page()), name, stream).reduce((sum, { value }) => sum + value, 0);
    const others = system().streams.filter((stream) => stream !== 'energy');
    const before = await Promise.all(['energy', ...others].map((stream) => count('input_received', stream)));
    await system().publish('saveeye/telemetry', '{"timestamp":"2026-11-24T03:28:02Z"}');
    await eventually(
      async () => {
        const after = await count('input_received', 'energy');
        return after === (before[0] ?? 0) + 1 ? seen(after) : notYet(`${after} received`);
      },
      { for: 'one more message', within: 10, every: 0.05 },
    );
    const after = await Promise.all(others.map((stream) => count('input_received', stream)));
    expect(after).toEqual(before.slice(1));
  });
});
