import { type Cluster as ApiServer, KubeConfig, type User } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import type { ClusterReplicaKind } from './raise.ts';

/** How long the verifier's token is good for; an API server may give less. */
const tokenSeconds = 7 * 86_400;

const verifierContext = (kind: ClusterReplicaKind) => `verifier@${kind}`;

/**
 * A kubeconfig as text for a replica: context KIND is the admin that raised it, `verifier@KIND` the manifests' read-only
 * account, by a token that the API server issues for it now.
 */
export async function replicaKubeconfig({ target, core }: Cluster, kind: ClusterReplicaKind): Promise<string> {
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace: 'verify',
    name: 'reader',
    body: { spec: { audiences: [], expirationSeconds: tokenSeconds } },
  });
  if (!status?.token) throw new Error('the API server issued no token for the account verify/reader');
  const server = target.kubeConfig.getCurrentCluster() as ApiServer;
  const admin = target.kubeConfig.getCurrentUser() as User;
  const verifier = verifierContext(kind);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ ...server, name: kind }],
    users: [
      { ...admin, name: kind },
      { name: verifier, token: status.token },
    ],
    contexts: [kind, verifier].map((name) => ({ name, cluster: kind, user: name })),
    currentContext: kind,
  });
  return `${config.exportConfig()}\n`;
}
