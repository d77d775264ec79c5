import { z } from 'zod';
import { observeWorkloads } from '../../cluster/workloads.ts';
import type { ConnectConfig } from '../../config/schema.ts';
import { getHttp } from '../../target/dial/http.ts';
import type { Target } from '../../target/target.ts';
import { Unobservable } from '../../unobservable.ts';
import type { ConnectSight } from '../observed.ts';
import type { Looker } from './look.ts';

const versionAnswer = z.object({ version: z.string() });

/** Each running pod of a Redpanda Connect instance, and what its HTTP API says of its version. */
export async function observeConnect(
  target: Target,
  look: Looker,
  instance: string,
  config: ConnectConfig,
): Promise<ConnectSight[]> {
  const { namespace, name, port } = config;
  const pods = await look(instance, async () => {
    const [workload] = await observeWorkloads(target, [config]);
    const running = (workload?.pods ?? []).filter(({ phase, terminating }) => phase === 'Running' && !terminating);
    if (running.length === 0) {
      throw new Unobservable('no-ready-pod', `${config.kind} ${namespace}/${name} has no running pod`, {
        hint: `kubectl -n ${namespace} get pods`,
      });
    }
    return running.map((pod) => pod.name);
  });
  if ('unseen' in pods) return [{ instance, namespace, port, version: pods }];
  return Promise.all(
    pods.seen.map(async (pod) => ({
      instance,
      namespace,
      pod,
      port,
      version: await look(`GET /version on ${namespace}/pod ${pod}:${port}`, () =>
        readVersion(target, { namespace, pod, port }),
      ),
    })),
  );
}

async function readVersion(target: Target, address: { namespace: string; pod: string; port: number }): Promise<string> {
  const { status, body } = await getHttp(target, address, '/version');
  if (status === 200) {
    const answer = versionAnswer.safeParse(asJson(body));
    if (answer.success) return answer.data.version;
  }
  throw new Unobservable(
    'unsupported',
    `${address.namespace}/pod ${address.pod}:${address.port} answers GET /version with HTTP ${status}, and not as Redpanda Connect does`,
    { hint: 'is the port of this instance in migration.yaml that of its HTTP API?' },
  );
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
