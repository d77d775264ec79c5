import { observeWorkloads } from '../cluster/workloads.ts';
import type { ConnectConfig } from '../config/schema.ts';
import { getHttp } from '../target/dial/http.ts';
import type { Target } from '../target/target.ts';
import { readInstance } from './instance.ts';
import type { ConnectReading } from './observed.ts';

/**
 * What each running pod of a Redpanda Connect instance answers now, one reading a pod. Empty when the workload is missing
 * or has no running pod: there is nothing to ask then, which is an observation of its own.
 * Throws `Unobservable` when a running pod does not answer.
 */
export async function readConnect(target: Target, instance: string, config: ConnectConfig): Promise<ConnectReading[]> {
  const [workload] = await observeWorkloads(target, [config]);
  const running = (workload?.pods ?? []).filter(({ phase, terminating }) => phase === 'Running' && !terminating);
  return Promise.all(
    running.map(({ namespace, name, createdAt, containers }) =>
      readInstance(
        (path) => getHttp(target, { namespace, pod: name, port: config.port }, path),
        { instance, namespace, pod: name, startedAt: containers[0]?.startedAt ?? createdAt },
        config.streams,
      ),
    ),
  );
}
