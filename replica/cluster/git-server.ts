import fs from 'node:fs';
import http from 'node:http';
import type { HttpClient } from 'isomorphic-git';
import type { Target } from '../../helpers/target/target.ts';
import { branch } from '../embedded/flux/repository.ts';

/**
 * Puts the branch main of a bare repository in place of the one behind a URL as the cluster knows it,
 * `http://git.flux-system.svc.cluster.local/flux-system.git`, through tunnels. Throws what the server answered.
 */
export async function pushRepository(target: Target, gitdir: string, url: string): Promise<void> {
  const { default: git } = await import('isomorphic-git');
  await git.push({ fs, http: through(target), gitdir, url, ref: branch, force: true });
}

/** The Service behind such a URL. */
export function serviceBehind(url: string): {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
} {
  const { hostname, port } = new URL(url);
  const [service = '', namespace = 'default'] = hostname.split('.');
  return { namespace, service, port: Number(port || 80) };
}

/** Each request on a connection of its own, as it is small and seldom. */
function through(target: Target): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const { host, pathname, search } = new URL(url);
      const socket = await target.dial(serviceBehind(url));
      const request = http.request({
        method,
        path: `${pathname}${search}`,
        headers: { ...headers, host },
        createConnection: () => socket,
      });
      const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
      request.once('response', resolve).on('error', reject);
      for await (const chunk of body ?? []) request.write(chunk);
      request.end();
      const response = await promise;
      const { statusCode = 0, statusMessage = '' } = response;
      return {
        url,
        method,
        statusCode,
        statusMessage,
        headers: response.headers as Record<string, string>,
        body: response[Symbol.asyncIterator](),
      };
    },
  };
}
