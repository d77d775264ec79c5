import { z } from 'zod';
import { $, type ProcessOutput } from 'zx';
import { duration } from '../../helpers/time-words.ts';
import type { ClusterConfig } from './config.ts';

/** As `k3d cluster list -o json` prints it (k3d 5). A label of a node is one of its container. */
const listed = z.array(
  z.object({
    name: z.string(),
    serversCount: z.number(),
    serversRunning: z.number(),
    nodes: z.array(
      z.object({ role: z.string().optional(), runtimeLabels: z.record(z.string(), z.string()).optional() }),
    ),
  }),
);

export type ListedCluster = z.infer<typeof listed>[number];

/** How long each command may take; creating and starting pull images. */
const seconds = { list: 30, create: 900, start: 300, kubeconfig: 30, delete: 120 };

/** The k3d CLI, as far as a cluster's lifecycle needs it. A command that fails throws an Error with k3d's own last words. */
export class K3d {
  readonly #env: NodeJS.ProcessEnv;
  readonly #progress: (step: string) => void;

  constructor(env: NodeJS.ProcessEnv, progress: (step: string) => void) {
    this.#env = env;
    this.#progress = progress;
  }

  /** The cluster of that name, be it stopped or half made; undefined when there is none. */
  async find(name: string, signal: AbortSignal): Promise<ListedCluster | undefined> {
    const { stdout } = await this.#run(['cluster', 'list', '-o', 'json'], seconds.list, signal);
    return listed.parse(JSON.parse(stdout)).find((cluster) => cluster.name === name);
  }

  /** Returns when k3d says that the cluster is up. */
  async create(configPath: string, signal: AbortSignal): Promise<void> {
    await this.#run(['cluster', 'create', '--config', configPath], seconds.create, signal);
  }

  async start(name: string, signal: AbortSignal): Promise<void> {
    await this.#run(['cluster', 'start', name], seconds.start, signal);
  }

  /** The kubeconfig of its admin, as text. */
  async kubeconfig(name: string, signal: AbortSignal): Promise<string> {
    const { stdout } = await this.#run(['kubeconfig', 'get', name], seconds.kubeconfig, signal);
    return stdout;
  }

  /** Without a signal: what was begun is taken away whatever has been interrupted. */
  async delete(name: string): Promise<void> {
    await this.#run(['cluster', 'delete', name], seconds.delete, undefined);
  }

  async #run(args: readonly string[], within: number, signal: AbortSignal | undefined): Promise<ProcessOutput> {
    signal?.throwIfAborted();
    const running = $({
      env: this.#env,
      quiet: true,
      nothrow: true,
      timeout: `${within}s`,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    })`k3d ${args}`;
    let words = `it did not end within ${duration(within)}`;
    running.stderr.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter(Boolean)) {
        words = line.replace(/^\w+\[\d+\] /, '').trimEnd();
        this.#progress(`k3d: ${words}`);
      }
    });
    const ended = await running;
    signal?.throwIfAborted();
    if (ended.exitCode !== 0) throw new Error(`k3d ${args.join(' ')} failed: ${words}`);
    return ended;
  }
}

/** Whether the cluster was made from k3d.yaml. */
export function isOurs(cluster: ListedCluster, { mark }: ClusterConfig): boolean {
  return cluster.nodes.some(({ runtimeLabels }) => runtimeLabels?.[mark.key] === mark.value);
}
