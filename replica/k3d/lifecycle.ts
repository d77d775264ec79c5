import { join } from 'node:path';
import { UsageError } from '../../cli/usage-error.ts';
import { replicaHome, writeWhole } from '../home.ts';
import { configPath, readClusterConfig } from './config.ts';
import { isOurs, K3d } from './k3d.ts';
import { requirePrograms, type Surroundings } from './programs.ts';

export interface K3dOptions {
  readonly progress: (step: string) => void;
  /** Ends the creation; what was begun is deleted. */
  readonly signal: AbortSignal;
  /** Where the kubeconfig is written. */
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
  const path = join(home, 'k3d.kubeconfig');
  await writeWhole(path, await k3d.kubeconfig(config.name, signal));
  return path;
}

/** Deletes the cluster of k3d.yaml, and what is in it; false when there is none. Throws as `createCluster` does. */
export async function deleteCluster({ progress, signal, surroundings = process }: K3dOptions): Promise<boolean> {
  await requirePrograms(surroundings, signal);
  const config = await readClusterConfig();
  const k3d = new K3d(surroundings.env, progress);
  const standing = await k3d.find(config.name, signal);
  if (standing === undefined) return false;
  if (!isOurs(standing, config)) throw foreign(config.name);
  await k3d.delete(config.name);
  return true;
}

function foreign(name: string): UsageError {
  return new UsageError(
    `a k3d cluster ${name} stands that was not made here: give k3d.yaml another metadata.name, or k3d cluster delete ${name}`,
  );
}
