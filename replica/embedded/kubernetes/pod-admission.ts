import type { V1Container, V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import { randomSuffix } from './names.ts';
import type { KubeObject } from './object.ts';

/** The ConfigMap with the API server's authority that every namespace of a cluster has. */
export const rootCaName = 'kube-root-ca.crt';

const accountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Writes into a new pod what a cluster's admission plugins would: its account and priority, how long it bears a node that
 * is away, and, where the namespace has the API server's authority, what it needs to speak to it.
 */
export function admitPod(pod: KubeObject, { hasRootCa }: { readonly hasRootCa: boolean }): void {
  const spec = pod.spec as unknown as V1PodSpec;
  spec.serviceAccountName ??= 'default';
  spec.serviceAccount ??= spec.serviceAccountName;
  spec.enableServiceLinks ??= true;
  spec.priority ??= 0;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  spec.tolerations = [...(spec.tolerations ?? []), ...missingTolerations(spec.tolerations ?? [])];
  if (!hasRootCa || spec.automountServiceAccountToken === false) return;
  const name = `kube-api-access-${randomSuffix()}`;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const mounting = containers.filter((container) => !mountsAccount(container));
  if (mounting.length === 0) return;
  spec.volumes = [...(spec.volumes ?? []), { name, projected: { defaultMode: 0o644, sources: accountSources() } }];
  for (const container of mounting)
    container.volumeMounts = [...(container.volumeMounts ?? []), { mountPath: accountPath, name, readOnly: true }];
}

function missingTolerations(given: readonly V1Toleration[]): V1Toleration[] {
  return ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(
      (taint) => !given.some(({ key, effect }) => (key ?? taint) === taint && (effect ?? 'NoExecute') === 'NoExecute'),
    )
    .map((taint) => ({ effect: 'NoExecute', key: taint, operator: 'Exists', tolerationSeconds: 300 }));
}

function mountsAccount({ volumeMounts = [] }: V1Container): boolean {
  return volumeMounts.some(({ mountPath }) => mountPath === accountPath);
}

function accountSources() {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  return [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: rootCaName, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [namespace] } },
  ];
}
