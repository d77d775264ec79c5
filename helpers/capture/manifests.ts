import { observeSecretNames } from '../cluster/secret-names.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import { type Manifest, scrubbed } from './scrub.ts';

/** What somebody writes to run a system, by its path below a namespace. Secrets are not among it. */
const kinds = [
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', plural: 'roles' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', plural: 'rolebindings' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses' },
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets' },
  { apiVersion: 'batch/v1', kind: 'CronJob', plural: 'cronjobs' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
] as const;

/** Kubernetes makes these in every namespace by itself. */
const everywhere: ReadonlySet<string> = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly { readonly namespace: string; readonly name: string }[];
  readonly scrubbed: readonly string[];
}

/**
 * The objects of a namespace that somebody wrote, as they can be applied again, and the names of its Secrets. What
 * another object makes (a ReplicaSet, a Job of a CronJob) is left out. Throws `Unobservable` when a kind cannot be
 * listed; one that the API server does not have is passed over.
 */
export async function observeManifests({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<Manifests> {
  const lists = await Promise.all(kinds.map((kind) => list({ kube }, namespace, kind)));
  const parts = lists.flat().map(scrubbed);
  return {
    manifests: parts.map(({ manifest }) => manifest),
    secrets: (await observeSecretNames({ kube }, namespace)).map((name) => ({ namespace, name })),
    scrubbed: parts.flatMap(({ left }) => left),
  };
}

async function list(
  { kube }: Pick<Target, 'kube'>,
  namespace: string,
  { apiVersion, kind, plural }: (typeof kinds)[number],
): Promise<Manifest[]> {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  try {
    const { body } = await kube.get(`${root}/namespaces/${namespace}/${plural}`);
    // The items of a list do not say what they are.
    const items = (JSON.parse(body) as { items: readonly Manifest[] }).items.map((item) => ({
      ...item,
      apiVersion,
      kind,
    }));
    return items.filter(
      ({ metadata }) => !everywhere.has(`${kind} ${metadata.name}`) && metadata.ownerReferences === undefined,
    );
  } catch (error) {
    if (error instanceof Unobservable && error.kind === 'unsupported') return [];
    throw error;
  }
}
