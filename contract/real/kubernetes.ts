import { CoreV1Api, KubeConfig, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { whereabouts } from '../docker/found.ts';
import { randomName } from '../random-name.ts';
import { readerObjects } from '../reader.ts';
import type { Absent, Subject } from '../suite.ts';
import { type KubernetesSystem, versionOfKubernetes } from '../systems.ts';

/**
 * The cluster of CONTRACT_KUBECONFIG, whose user may do everything, or k3s in a container. What is made in it lies in one
 * namespace of random name.
 */
export async function realKubernetes(): Promise<Subject<KubernetesSystem> | Absent> {
  const found = await whereabouts('CONTRACT_KUBECONFIG');
  if ('absent' in found) return { name: 'a real cluster', absent: found.absent };
  const file = found.environment.CONTRACT_KUBECONFIG ?? '';
  const name = found.how === 'address' ? `the cluster of ${file}` : 'k3s';
  return { name, how: found.how, open: () => openCluster(file) };
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
    version: await versionOfKubernetes(admin),
    namespace,
    admin,
    reader,
    readerName: `system:serviceaccount:${namespace}:${account.name}`,
    [Symbol.asyncDispose]: async () => void (await core.deleteNamespace({ name: namespace })),
  };
}
