import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { beforeAll, expect, test } from 'vitest';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { raw } from '../replica/embedded/kubernetes/testing/api.ts';
import { parseQuantity } from '../replica/embedded/node/quantity.ts';
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
      message: 'pods "nobody" not found',
    });
  });
});
