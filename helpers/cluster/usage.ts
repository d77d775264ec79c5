import { z } from 'zod';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';

/** What one container uses, as `kubectl top pods --containers` has it. */
export interface ContainerUsage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

const podMetrics = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      containers: z.array(z.object({ name: z.string(), usage: z.object({ cpu: z.string(), memory: z.string() }) })),
    }),
  ),
});

/** What a namespace's containers use. Throws `Unobservable('unsupported')` where the cluster has no metrics API. */
export async function observeUsage({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<ContainerUsage[]> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const answer = podMetrics.safeParse(JSON.parse((await kube.get(path)).body));
  if (!answer.success) throw new Unobservable('unsupported', `usage of ${namespace}: ${z.prettifyError(answer.error)}`);
  return answer.data.items.flatMap(({ metadata, containers }) =>
    containers.map(({ name, usage }) => ({
      namespace,
      pod: metadata.name,
      container: name,
      cpuMillicores: quantity(usage.cpu) * 1000,
      memoryBytes: Math.round(quantity(usage.memory)),
    })),
  );
}

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes as a number: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function quantity(text: string): number {
  const [, number, suffix = ''] = /^([+-]?[\d.]+(?:e[+-]?\d+)?)([a-zA-Z]*)$/i.exec(text) ?? [];
  const factor = suffixes[suffix];
  if (number === undefined || factor === undefined) throw new Unobservable('unsupported', `no quantity: ${text}`);
  return Number(number) * factor;
}
