import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { randomName } from '../random-name.ts';
import type { Absent, Subject } from '../suite.ts';
import type { FluxSystem, KubernetesSystem } from '../systems.ts';

const author = { name: 'Contract', email: 'contract@example.invalid' };

/**
 * Flux in the cluster of CONTRACT_KUBECONFIG, over the Git repository of CONTRACT_FLUX_GIT, into which anybody may push;
 * CONTRACT_FLUX_URL is the same as the cluster knows it. What is made lies on a branch of random name.
 */
export function realFlux(cluster: Subject<KubernetesSystem> | Absent): Subject<FluxSystem> | Absent {
  const { CONTRACT_FLUX_GIT: outside, CONTRACT_FLUX_URL: url = outside } = process.env;
  if ('absent' in cluster) return { name: 'Flux', absent: cluster.absent };
  if (outside === undefined || url === undefined)
    return { name: 'Flux', absent: 'set CONTRACT_FLUX_GIT to a Git repository that the Flux of CONTRACT_KUBECONFIG can reach' };
  return { name: `Flux in ${cluster.name}`, how: cluster.how, open: () => openFlux(cluster, outside, url) };
}

async function openFlux(cluster: Subject<KubernetesSystem>, outside: string, url: string): Promise<FluxSystem> {
  const system = await cluster.open();
  const branch = randomName();
  const dir = await mkdtemp(join(tmpdir(), 'contract-flux-'));
  await git.init({ fs, dir, defaultBranch: branch });
  const push = async (files: ReadonlyMap<string, string>) => {
    for (const path of await git.listFiles({ fs, dir })) {
      await git.remove({ fs, dir, filepath: path });
      await rm(join(dir, path));
    }
    for (const [path, text] of files) {
      await fs.promises.mkdir(dirname(join(dir, path)), { recursive: true });
      await fs.promises.writeFile(join(dir, path), text);
      await git.add({ fs, dir, filepath: path });
    }
    const commit = await git.commit({ fs, dir, message: 'contract', author });
    await git.push({ fs, http, dir, url: outside, ref: branch, force: true });
    return commit;
  };
  return {
    ...system,
    url,
    branch,
    push,
    [Symbol.asyncDispose]: async () => {
      await git.push({ fs, http, dir, url: outside, ref: branch, delete: true }).catch(() => {});
      await rm(dir, { recursive: true, force: true });
      await system[Symbol.asyncDispose]();
    },
  };
}
