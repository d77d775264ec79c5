import { hostname } from 'node:os';
import { ApiException, CoordinationV1Api, type KubeConfig, V1MicroTime } from '@kubernetes/client-node';
import { mask } from '../../helpers/target/mask.ts';
import { duration } from '../../helpers/time-words.ts';
import { UsageError } from '../usage-error.ts';

/** Beside what tells one cluster from another, in a namespace that every cluster has. */
const lease = { namespace: 'kube-system', name: 'telemetry-migration' };
const heldSeconds = 60;
const renewSeconds = 20;
/** Without a renewal for so long the lock counts as lost: another one may take it a while later. */
const trustedSeconds = 45;
/** A renewal that hangs is none. */
const answerSeconds = 10;

/** The lock is no longer this act's: another one may be changing the cluster. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
  readonly hint =
    `Let the other act end, look at what the cluster is like now, and only then go on or back: kubectl get lease ${lease.name} -n ${lease.namespace} -o yaml`;

  constructor(why: string) {
    super(`the lock ${lease.namespace}/${lease.name} was lost: ${why}; nothing more is done without it`);
  }
}

export interface ClusterLock extends AsyncDisposable {
  /** Renews the lock, before a step that needs it. Throws `LockLost` when it is another's, gone, or was not renewed in time. */
  hold(): Promise<void>;
}

/**
 * Takes the lock under which the acts of one cluster change it: a Lease of Kubernetes, so that it holds across machines,
 * and runs out by itself a minute after whoever held it was killed. Whoever takes over a lock that ran out makes a Lease
 * of another UID: only the one that was made here is renewed, and deleted by the disposal.
 *
 * @param now the time on the API server's clock, which is the same one for all machines
 * Throws `UsageError` that says who holds it, what for and since when.
 */
export async function lockCluster(
  kubeConfig: KubeConfig,
  act: string,
  now: () => Date = () => new Date(),
): Promise<ClusterLock> {
  const api = kubeConfig.makeApiClient(CoordinationV1Api);
  const holderIdentity = `${act} by ${kubeConfig.getCurrentUser()?.name ?? 'somebody'} on ${hostname()}, process ${process.pid}`;
  await removeExpired(api, now());
  const acquired = now();
  const spec = {
    holderIdentity,
    leaseDurationSeconds: heldSeconds,
    acquireTime: new V1MicroTime(acquired),
    renewTime: new V1MicroTime(acquired),
  };
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease, spec };
  const made = await api.createNamespacedLease({ ...lease, body }).catch(async (error: unknown) => {
    if (statusOf(error) === 409) throw await held(api);
    throw error;
  });
  const own = new OwnLease(api, made.metadata?.uid ?? '', now, acquired);
  const renewing = setInterval(() => void own.renew().catch(() => {}), renewSeconds * 1000);
  renewing.unref();
  return {
    hold: () => own.renew(),
    async [Symbol.asyncDispose]() {
      clearInterval(renewing);
      await own.giveBack();
    },
  };
}

/** The Lease that was made here, known by its UID. */
class OwnLease {
  readonly #api: CoordinationV1Api;
  readonly #uid: string;
  readonly #now: () => Date;
  #renewedAt: Date;
  #lost: LockLost | undefined;

  constructor(api: CoordinationV1Api, uid: string, now: () => Date, renewedAt: Date) {
    this.#api = api;
    this.#uid = uid;
    this.#now = now;
    this.#renewedAt = renewedAt;
  }

  /** Throws `LockLost`, and from then on always. An API server that does not answer is waited out as long as the lock holds. */
  async renew(): Promise<void> {
    if (this.#lost) throw this.#lost;
    const at = this.#now();
    try {
      await within(answerSeconds, this.#patch(at));
      this.#renewedAt = at;
    } catch (error) {
      const why = await this.#whyLost(error);
      if (why === undefined) return;
      this.#lost = new LockLost(why);
      throw this.#lost;
    }
  }

  async giveBack(): Promise<void> {
    const body = { preconditions: { uid: this.#uid } };
    // One that is gone, or another's, is not this act's to delete; one that cannot be deleted runs out.
    await within(answerSeconds, this.#api.deleteNamespacedLease({ ...lease, body })).catch(() => {});
  }

  /** A JSON patch whose test fails changes nothing, and is answered by 422. */
  async #patch(at: Date): Promise<void> {
    const body = [
      { op: 'test', path: '/metadata/uid', value: this.#uid },
      { op: 'replace', path: '/spec/renewTime', value: at.toISOString().replace('Z', '000Z') },
    ];
    await this.#api.patchNamespacedLease({ ...lease, body });
  }

  async #whyLost(error: unknown): Promise<string | undefined> {
    const status = statusOf(error);
    if (status === 404) return 'its Lease was deleted';
    if (status === 422) {
      const holder = (await read(this.#api).catch(() => undefined))?.spec?.holderIdentity;
      return holder === undefined ? 'its Lease is another one now' : `it is held by ${holder}`;
    }
    const silentSeconds = (this.#now().getTime() - this.#renewedAt.getTime()) / 1000;
    if (silentSeconds < trustedSeconds) return undefined;
    const words = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return mask(`it could not be renewed for ${duration(silentSeconds)} (${words})`);
  }
}

/** Removes a lock that has run out, that very version of it; throws where one holds. */
async function removeExpired(api: CoordinationV1Api, now: Date): Promise<void> {
  const found = await read(api);
  if (found === undefined) return;
  const { renewTime, leaseDurationSeconds = heldSeconds } = found.spec ?? {};
  const endsAt = (instant(renewTime)?.getTime() ?? 0) + leaseDurationSeconds * 1000;
  if (now.getTime() < endsAt) throw await held(api);
  const { uid, resourceVersion } = found.metadata ?? {};
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  await api.deleteNamespacedLease({ ...lease, body: { preconditions } }).catch((error: unknown) => {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  });
}

async function held(api: CoordinationV1Api): Promise<UsageError> {
  const { holderIdentity = 'somebody', acquireTime } = (await read(api))?.spec ?? {};
  const since = acquireTime === undefined ? '' : ` since ${instant(acquireTime)?.toISOString()}`;
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

/** The client gives a MicroTime out as the text that it came as, whatever its type says. */
function instant(time: V1MicroTime | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${duration(seconds)}`)), seconds * 1000);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
