import { CoreV1Api, KubeConfig, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { randomName } from '../random-name.ts';
import { readerObjects } from '../reader.ts';
import type { Absent, Subject } from '../suite.ts';
import type { KubernetesSystem } from '../systems.ts';

/** The cluster of CONTRACT_KUBECONFIG, whose user may do everything. What is made in it lies in one namespace of random name. */
export function realKubernetes(): Subject<KubernetesSystem> | Absent {
  const file = process.env.CONTRACT_KUBECONFIG;
  if (file === undefined) return { name: 'a real cluster', absent: 'set CONTRACT_KUBECONFIG' };
  return { name: `the cluster of ${file}`, open: () => openCluster(file) };
}

async function openCluster(file: string): Promise<KubernetesSystem> {
  const admin = new KubeConfig();
  admin.loadFromFile(file);
  const namespace = randomName();
  const core = admin.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(admin);
  const account = { name: 'reader', namespace };
  for (const object of readerObjects(namespace, account)) await objects.create(object as unknown as KubernetesObject);
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: account.name } } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } };
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name: account.name, body: request });
  const reader = new KubeConfig();
  const cluster = admin.getCurrentCluster();
  if (!cluster || !status) throw new Error(`${file} has no current cluster, or it gives no tokens`);
  reader.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'reader', token: status.token }],
    contexts: [{ name: 'reader', cluster: cluster.name, user: 'reader' }],
    currentContext: 'reader',
  });
  return {
    namespace,
    admin,
    reader,
    readerName: `system:serviceaccount:${namespace}:${account.name}`,
    [Symbol.asyncDispose]: async () => void (await core.deleteNamespace({ name: namespace })),
  };
}
