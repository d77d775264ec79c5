import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  RbacAuthorizationV1Api,
  StorageV1Api,
} from '@kubernetes/client-node';
import { ApiAnswer } from '../../helpers/target/answer.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import type { Target } from '../../helpers/target/target.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import type { ClusterReplicaKind } from './raise.ts';

const fieldManager = 'telemetry-replica';

/** A cluster as its admin: what raising and removing a replica needs of it. */
export interface Cluster extends AsyncDisposable {
  readonly target: Target;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly storage: StorageV1Api;
  /** Server-side apply: makes it, or makes it so. */
  apply(object: KubeObject): Promise<void>;
  /** Those with the label selector; none where the cluster does not know the kind. */
  list(apiVersion: string, kind: string, labelSelector: string): Promise<KubeObject[]>;
  /** Returns when the deletion is accepted, also of what is gone already. */
  remove(object: KubeObject): Promise<void>;
}

/** Opens the current context of a kubeconfig. Asks the cluster nothing. Throws `TargetConfigError` for one that is none. */
export async function openCluster(
  kubeconfig: string,
  kind: ClusterReplicaKind,
  signal: AbortSignal,
  context?: string,
): Promise<Cluster> {
  const config = { kind, timeScale: 1, kubeconfig, ...(context === undefined ? {} : { context }) };
  const target = await connectTarget(config, kind, { env: process.env, signal, connectDeadlineSeconds: 10 });
  const { kubeConfig } = target;
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  return {
    target,
    core: kubeConfig.makeApiClient(CoreV1Api),
    apps: kubeConfig.makeApiClient(AppsV1Api),
    batch: kubeConfig.makeApiClient(BatchV1Api),
    rbac: kubeConfig.makeApiClient(RbacAuthorizationV1Api),
    storage: kubeConfig.makeApiClient(StorageV1Api),
    async apply(object) {
      signal.throwIfAborted();
      try {
        await objects.patch(asTyped(object), undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
      } catch (error) {
        throw new Error(`${objectName(object)} was not applied: ${apiWords(error)}`, { cause: error });
      }
    },
    async list(apiVersion, kind, labelSelector) {
      const none = undefined;
      try {
        const { items } = await objects.list(apiVersion, kind, none, none, none, none, none, labelSelector);
        return items.map((item) => ({ ...item, apiVersion, kind }) as unknown as KubeObject);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    async remove(object) {
      try {
        await objects.delete(asTyped(object));
      } catch (error) {
        if (!isMissing(error))
          throw new Error(`${objectName(object)} was not deleted: ${apiWords(error)}`, { cause: error });
      }
    },
    [Symbol.asyncDispose]: () => target.close(),
  };
}

/** The client's type has dates where the wire has text; nothing that is sent has any. */
function asTyped(object: KubeObject): KubernetesObject {
  return object as unknown as KubernetesObject;
}

/** `Deployment timescaledb/redpanda-connect`. */
export function objectName({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** True when the API server says that there is no such object, or that it knows no such kind. */
export function isMissing(error: unknown): boolean {
  if (error instanceof ApiException) return error.code === 404;
  if (error instanceof ApiAnswer) return error.status === 404;
  return error instanceof Error && /^Unrecognized API version and kind/.test(error.message);
}

/** What the API server said, without the request. */
function apiWords(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error);
  const body: unknown = error.body;
  const said = typeof body === 'string' ? parsed(body) : body;
  const message = (said as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : `HTTP ${error.code}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.split('\n', 1)[0] };
  }
}
