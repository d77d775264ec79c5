import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pods } from '../pod.ts';
import { handleUpgrade, type UpgradeOptions } from '../streaming/upgrade.ts';

const podResource = { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'] };

/** As much of an API server as kubectl asks before it execs, attaches or forwards. */
export async function serveKubectl(
  options: UpgradeOptions,
): Promise<AsyncDisposable & { port: number; kubeconfig: string }> {
  const answers: Record<string, unknown> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
    '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [podResource] },
    '/version': { major: '1', minor: '33', gitVersion: 'v1.33.0' },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(pathname) ?? [];
    const body = answers[pathname] ?? (name === undefined ? undefined : options.store.get(pods, namespace, name));
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    handleUpgrade(request, socket, head, options);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'kubectl-')), 'config');
  const cluster = { server: `http://127.0.0.1:${port}` };
  const context = { cluster: 'c', user: 'u', namespace: 'ns' };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context }],
      'current-context': 'x',
    }),
  );
  return {
    port,
    kubeconfig,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
