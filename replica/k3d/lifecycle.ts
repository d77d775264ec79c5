import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../cli/usage-error.ts';
import { recordedClusterReplica, replicaHome, writeWhole } from '../home.ts';
import { configPath, readClusterConfig } from './config.ts';
import { isOurs, K3d } from './k3d.ts';
import { requirePrograms, type Surroundings } from './programs.ts';

export interface K3dOptions {
  readonly progress: (step: string) => void;
  /** Ends the creation; what was begun is deleted. */
  readonly signal: AbortSignal;
  /** Where the kubeconfig is written, and what is known of the replica in the cluster. */
  readonly home?: string;
  readonly surroundings?: Surroundings;
}

/**
 * The cluster of k3d.yaml, up; returns the path of its admin's kubeconfig. One that stands is taken as it is, one that was
 * stopped is started. One whose creation fails or is interrupted is deleted.
 *
 * Throws `UsageError` when docker or k3d is missing, and when a cluster of that name was not made here.
 */
export async function createCluster({
  progress,
  signal,
  home = replicaHome,
  surroundings = process,
}: K3dOptions): Promise<string> {
  await requirePrograms(surroundings, signal);
  const config = await readClusterConfig();
  const k3d = new K3d(surroundings.env, progress);
  const standing = await k3d.find(config.name, signal);
  if (standing === undefined) {
    progress(`creating the k3d cluster ${config.name}`);
    try {
      await k3d.create(configPath, signal);
    } catch (error) {
      progress(`deleting what was begun of the k3d cluster ${config.name}`);
      await k3d.delete(config.name);
      throw error;
    }
  } else if (!isOurs(standing, config)) {
    throw foreign(config.name);
  } else if (standing.serversRunning < standing.serversCount) {
    progress(`starting the k3d cluster ${config.name}, which was stopped`);
    await k3d.start(config.name, signal);
  } else {
    progress(`the k3d cluster ${config.name} stands`);
  }
  const path = kubeconfigPath(home);
  await writeWhole(path, await k3d.kubeconfig(config.name, signal));
  return path;
}

/** Deletes the cluster of k3d.yaml, and what is in it; false when there is none. Throws as `createCluster` does. */
export async function deleteCluster({
  progress,
  signal,
  home = replicaHome,
  surroundings = process,
}: K3dOptions): Promise<boolean> {
  await requirePrograms(surroundings, signal);
  const config = await readClusterConfig();
  const k3d = new K3d(surroundings.env, progress);
  const standing = await k3d.find(config.name, signal);
  if (standing === undefined) {
    await forgetKubeconfigs(home);
    return false;
  }
  if (!isOurs(standing, config)) throw foreign(config.name);
  await k3d.delete(config.name);
  await forgetKubeconfigs(home);
  return true;
}

/** What is written about the replica in a cluster goes with it. */
async function forgetKubeconfigs(home: string): Promise<void> {
  await rm(kubeconfigPath(home), { force: true });
  const clusterHome = join(home, 'cluster');
  if ((await recordedClusterReplica(clusterHome))?.kind === 'k3d')
    await rm(clusterHome, { recursive: true, force: true });
}

const kubeconfigPath = (home: string) => join(home, 'k3d.kubeconfig');

function foreign(name: string): UsageError {
  return new UsageError(
    `a k3d cluster ${name} stands that was not made here: give k3d.yaml another metadata.name, or k3d cluster delete ${name}`,
  );
}
