import { stringify } from 'yaml';

/** Who may enter a cluster, and under which context. */
export interface ContextToken {
  readonly name: string;
  readonly token: string;
}

/** A kubeconfig as text. The first context is the current one. */
export function kubeconfig({
  url,
  caPem,
  contexts,
}: {
  url: string;
  caPem: string;
  contexts: readonly ContextToken[];
}): string {
  const cluster = 'embedded';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: cluster, cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } },
    ],
    users: contexts.map(({ name, token }) => ({ name, user: { token } })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster, user: name } })),
    'current-context': contexts[0]?.name,
  });
}
