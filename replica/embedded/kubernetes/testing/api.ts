import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import type { Kubelet } from '../../node/kubelet.ts';
import { makeCertificates } from '../certificates.ts';
import { kubeconfig } from '../kubeconfig.ts';
import type { KubeObject } from '../object.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../server.ts';
import { startCluster, type TestCluster } from './cluster.ts';

export interface TestApi extends AsyncDisposable {
  readonly cluster: TestCluster;
  readonly server: ApiServer;
  /** A client of the admin, or of the user of another context. */
  config(context?: string): KubeConfig;
  /** The path of a kubeconfig file. */
  readonly kubeconfigFile: string;
}

/** An API server over a store with controllers and a stub kubelet. */
export async function startTestApi(options: Partial<ApiServerOptions> = {}): Promise<TestApi> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(startCluster());
  const certificates = await makeCertificates();
  const server = stack.use(
    await startApiServer({
      store: cluster.store,
      kubelet: quietKubelet,
      certificates,
      now: () => new Date(),
      ...options,
    }),
  );
  const directory = await mkdtemp(join(tmpdir(), 'kube-'));
  stack.defer(() => rm(directory, { recursive: true }));
  const kubeconfigFile = join(directory, 'config');
  await writeFile(kubeconfigFile, kubeconfig(server));
  const running = stack.move();
  return {
    cluster,
    server,
    kubeconfigFile,
    config(context = 'embedded') {
      const config = new KubeConfig();
      config.loadFromString(kubeconfig(server));
      config.setCurrentContext(context);
      return config;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A kubelet whose containers each said two lines and use a little. */
const quietKubelet: Kubelet = {
  async *logs({ pod, container }, { tailLines = Number.POSITIVE_INFINITY, timestamps, follow }, signal) {
    const lines = [`first of ${container}`, `second of ${container} in ${pod}`];
    for (const line of lines.slice(-tailLines)) yield timestamps ? `2026-11-24T00:00:00.000000001Z ${line}` : line;
    if (follow) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  },
  exec: () => Promise.resolve(0),
  connect: () => Promise.reject(new Error('connection refused')),
  usage: () => [{ container: 'main', cpuCores: 0.25, memoryBytes: 64 * 2 ** 20 }],
};

export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** The body parsed. */
  readonly json: KubeObject;
}

/** One request as it stands on the wire. */
export async function raw(
  config: KubeConfig,
  method: string,
  path: string,
  {
    body,
    accept,
    type = 'application/json',
    headers: extra = {},
  }: { body?: unknown; type?: string; accept?: string; headers?: Readonly<Record<string, string | string[]>> } = {},
): Promise<RawAnswer> {
  const own: RequestOptions = { method };
  await config.applyToHTTPSOptions(own);
  const bytes = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = {
    ...own.headers,
    ...extra,
    ...(accept ? { accept } : {}),
    // A DELETE with a body must say how long it is.
    ...(bytes ? { 'content-type': type, 'content-length': bytes.length } : {}),
  };
  const sent = request(new URL(path, config.getCurrentCluster()?.server), { ...own, method, headers });
  sent.end(bytes);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answered = await text(response);
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    body: answered,
    get json() {
      return JSON.parse(answered);
    },
  };
}
