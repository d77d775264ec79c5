import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { runningReplica } from './home.ts';

/** A fault that is planted now. */
export interface PlantedFault {
  readonly name: string;
  readonly title: string;
}

/**
 * Asks the running replica's own part of its API (/replica.local/…), as its admin. Returns what it answers.
 * Throws with its words when it refuses, or when none runs.
 */
export async function callReplica<T>(method: 'GET' | 'PUT' | 'DELETE', path: string): Promise<T> {
  const running = await runningReplica();
  if (!running) throw new Error('no replica runs: npm run replica -- --detach starts one');
  return callReplicaAt(running.kubeconfig, method, path);
}

/** As callReplica, for the replica behind a kubeconfig. */
export async function callReplicaAt<T>(kubeconfig: string, method: 'GET' | 'PUT' | 'DELETE', path: string): Promise<T> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options = { method, timeout: 120_000 };
  await config.applyToHTTPSOptions(options);
  const url = new URL(`/replica.local/${path}`, config.getCurrentCluster()?.server);
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    request(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .on('timeout', function (this: { destroy(error: Error): void }) {
        this.destroy(new Error(`the replica did not answer ${method} ${url.pathname} within 120 s`));
      })
      .end();
  });
  const body = JSON.parse(answer.body);
  if (answer.status >= 400)
    throw new Error(body.message ?? `the replica answered ${answer.status} to ${method} ${url.pathname}`);
  return body;
}
