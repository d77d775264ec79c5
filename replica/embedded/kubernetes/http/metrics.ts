import type { KubeObject } from '../object.ts';
import { methodNotAllowed, notFound } from '../status.ts';
import { apiTime } from '../store.ts';
import { type Answer, type Exchange, ok } from './exchange.ts';
import { listInForm, oneInForm, selection } from './read.ts';

const pods = { group: '', resource: 'pods' };
const nodes = { group: '', resource: 'nodes' };

/** Answers metrics.k8s.io: what each pod's containers use now, and each node's sum. */
export function answerMetrics(exchange: Exchange): Answer {
  const { info, path, type, store } = exchange;
  const isPods = type.resource === 'pods';
  const make = (object: KubeObject) => (isPods ? podMetrics(exchange, object) : nodeMetrics(exchange, object));
  if (info.verb === 'get') {
    const object = store.get(isPods ? pods : nodes, path.namespace, path.name ?? '');
    if (!object) throw notFound(isPods ? pods : nodes, path.name ?? '');
    const metrics = make(object);
    if (!metrics)
      throw notFound(
        { group: type.group, resource: isPods ? 'pods' : 'nodes' },
        isPods ? `${path.namespace}/${path.name}` : (path.name ?? ''),
      );
    return ok(oneInForm(exchange, metrics));
  }
  if (info.verb !== 'list') throw methodNotAllowed();
  const objects = store.list(isPods ? pods : nodes, path.namespace).filter(selection(exchange));
  const all = objects.map(make).filter((each) => each !== undefined);
  return ok(listInForm(exchange, all, ''));
}

interface Usage {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

function podUsage({ kubelet }: Exchange, { metadata, status }: KubeObject): readonly (Usage & { container: string })[] {
  if (status?.phase !== 'Running' || metadata.namespace === undefined) return [];
  try {
    return kubelet.usage({ namespace: metadata.namespace, pod: metadata.name });
  } catch {
    // A pod that the node does not know yet, or no longer, uses nothing.
    return [];
  }
}

function podMetrics(exchange: Exchange, pod: KubeObject): KubeObject | undefined {
  const usage = podUsage(exchange, pod);
  if (usage.length === 0) return undefined;
  const { name, namespace = '', labels = {} } = pod.metadata;
  return {
    ...measured(exchange, 'PodMetrics', { name, namespace, labels }),
    containers: usage.map((each) => ({ name: each.container, usage: quantities(each) })),
  };
}

function nodeMetrics(exchange: Exchange, node: KubeObject): KubeObject {
  const own = exchange.store.list(pods).filter((pod) => pod.spec?.nodeName === node.metadata.name);
  const usage = own.flatMap((pod) => podUsage(exchange, pod));
  const sum = (member: keyof Usage) => usage.reduce((total, each) => total + each[member], 0);
  return {
    ...measured(exchange, 'NodeMetrics', { name: node.metadata.name, labels: node.metadata.labels ?? {} }),
    usage: quantities({ cpuCores: sum('cpuCores'), memoryBytes: sum('memoryBytes') }),
  };
}

function measured({ now }: Exchange, kind: string, metadata: KubeObject['metadata']): KubeObject {
  const timestamp = apiTime(now());
  return {
    kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { ...metadata, creationTimestamp: timestamp },
    timestamp,
    window: '15s',
  };
}

function quantities({ cpuCores, memoryBytes }: Usage): { cpu: string; memory: string } {
  return { cpu: `${Math.round(cpuCores * 1e9)}n`, memory: `${Math.round(memoryBytes / 1024)}Ki` };
}
