import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleUpgrade, type UpgradeOptions } from '../streaming/upgrade.ts';

/** An HTTP server that lets everybody exec, attach and forward, and answers nothing else. */
export async function serveUpgrades(options: UpgradeOptions): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    handleUpgrade(request, socket, head, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
