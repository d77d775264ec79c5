import { hostname } from 'node:os';
import { ApiException, CoordinationV1Api, type KubeConfig, V1MicroTime } from '@kubernetes/client-node';
import { UsageError } from '../usage-error.ts';

/** Beside what tells one cluster from another, in a namespace that every cluster has. */
const lease = { namespace: 'kube-system', name: 'telemetry-migration' };
const heldSeconds = 60;
const renewSeconds = 20;

/**
 * Takes the lock under which the acts of one cluster change it: a Lease of Kubernetes, so that it holds across machines,
 * and runs out by itself a minute after whoever held it was killed. Disposing gives it back.
 * Throws `UsageError` that says who holds it, what for and since when.
 */
export async function lockCluster(kubeConfig: KubeConfig, act: string): Promise<AsyncDisposable> {
  const api = kubeConfig.makeApiClient(CoordinationV1Api);
  const holderIdentity = `${act} by ${kubeConfig.getCurrentUser()?.name ?? 'somebody'} on ${hostname()}, process ${process.pid}`;
  const acquired = new V1MicroTime();
  const spec = () => ({
    holderIdentity,
    leaseDurationSeconds: heldSeconds,
    acquireTime: acquired,
    renewTime: new V1MicroTime(),
  });
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease };
  await takeOver(api);
  await api.createNamespacedLease({ ...lease, body: { ...body, spec: spec() } }).catch(async (error: unknown) => {
    if (statusOf(error) === 409) throw await held(api);
    throw error;
  });
  const renewing = setInterval(() => {
    const change = [{ op: 'replace', path: '/spec/renewTime', value: new Date().toISOString().replace('Z', '000Z') }];
    api.patchNamespacedLease({ ...lease, body: change }).catch(() => {});
  }, renewSeconds * 1000);
  renewing.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(renewing);
      await api.deleteNamespacedLease(lease).catch(() => {});
    },
  };
}

/** Removes a lock that has run out, that very version of it; throws where one holds. */
async function takeOver(api: CoordinationV1Api): Promise<void> {
  const found = await read(api);
  if (found === undefined) return;
  const { renewTime, leaseDurationSeconds = heldSeconds } = found.spec ?? {};
  const endsAt = (renewTime?.getTime() ?? 0) + leaseDurationSeconds * 1000;
  if (Date.now() < endsAt) throw await held(api);
  const { resourceVersion } = found.metadata ?? {};
  await api
    .deleteNamespacedLease({
      ...lease,
      body: { preconditions: { ...(resourceVersion === undefined ? {} : { resourceVersion }) } },
    })
    .catch((error: unknown) => {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    });
}

async function held(api: CoordinationV1Api): Promise<UsageError> {
  const { holderIdentity = 'somebody', acquireTime } = (await read(api))?.spec ?? {};
  const since = acquireTime === undefined ? '' : ` since ${acquireTime.toISOString()}`;
  return new UsageError(
    `another act is under way: ${holderIdentity}${since}; nothing was done. It ends by itself a minute after its process: kubectl get lease ${lease.name} -n ${lease.namespace} -o yaml`,
  );
}

async function read(api: CoordinationV1Api) {
  return api.readNamespacedLease(lease).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}
