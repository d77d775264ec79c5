import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { didYouMean } from '../config/nearest.ts';
import type { TargetConfig } from '../config/schema.ts';

/** Where the embedded replica leaves its kubeconfig. */
export const embeddedKubeconfig = fileURLToPath(new URL('../../.replica/kubeconfig', import.meta.url));

/** The suite was told of a target that it cannot even name: no kubeconfig, no such context. Exit code 64. */
export class TargetConfigError extends Error {
  override readonly name = 'TargetConfigError';
  /** What to do next, one line. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The kubeconfig of a target with its context chosen: the configured path, for an embedded target the replica's own,
 * else KUBECONFIG (several paths are merged, missing ones passed over, as kubectl does), else ~/.kube/config, else, in a
 * pod, its ServiceAccount.
 * Throws `TargetConfigError` that says which file and what is wrong with it.
 */
export function loadKubeConfig(config: TargetConfig, name: string, env: NodeJS.ProcessEnv): KubeConfig {
  const kubeConfig = read(config, name, env);
  const contexts = kubeConfig.getContexts().map((context) => context.name);
  const context = config.context ?? kubeConfig.getCurrentContext();
  if (!context) {
    throw new TargetConfigError(
      `target ${name}: the kubeconfig has no current context and migration.yaml names none`,
      `set targets.${name}.context to one of: ${contexts.join(', ') || 'none: the kubeconfig has no context'}`,
    );
  }
  if (!contexts.includes(context)) {
    throw new TargetConfigError(
      `target ${name}: the kubeconfig has no context "${context}"${didYouMean(context, contexts)}`,
      `its contexts: ${contexts.join(', ') || 'none'}; set targets.${name}.context in migration.yaml`,
    );
  }
  kubeConfig.setCurrentContext(context);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined || !kubeConfig.getCurrentUser()) {
    throw new TargetConfigError(
      `target ${name}: context "${context}" names a cluster or a user that the kubeconfig does not have`,
      'kubectl config view',
    );
  }
  if (!URL.canParse(server) || new URL(server).protocol !== 'https:') {
    throw new TargetConfigError(
      `target ${name}: the server of context "${context}" is "${server}"; only https:// is spoken`,
      'set the server in the kubeconfig to the https address of the API server',
    );
  }
  return kubeConfig;
}

function read(config: TargetConfig, name: string, env: NodeJS.ProcessEnv): KubeConfig {
  if (config.kubeconfig !== undefined) {
    const hint = `give one that can be read: --kubeconfig, or targets.${name}.kubeconfig in migration.yaml`;
    return readFile(name, expandHome(config.kubeconfig, env), hint);
  }
  if (config.kind === 'embedded') return readFile(name, embeddedKubeconfig, 'npm run replica');
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  const own = expandHome('~/.kube/config', env);
  if (listed.length === 0) return isInPod(env) && !isThere(own) ? ofPod() : readFile(name, own);
  const [first, ...others] = listed.filter((file) => isThere(file)).map((file) => readFile(name, file));
  if (first === undefined)
    throw new TargetConfigError(
      `target ${name}: KUBECONFIG names no file that exists: ${listed.join(', ')}`,
      kubeconfigHint(name),
    );
  for (const other of others) merge(first, other);
  return first;
}

/** Kubernetes sets it in every container: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
function isInPod(env: NodeJS.ProcessEnv): boolean {
  return env.KUBERNETES_SERVICE_HOST !== undefined;
}

/** The account of the pod that the suite runs in. */
function ofPod(): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromCluster();
  return kubeConfig;
}

/** Of two entries with one name the first counts, as for kubectl (the library's own merge throws). */
function merge(into: KubeConfig, other: KubeConfig): void {
  for (const cluster of other.clusters) if (!into.getCluster(cluster.name)) into.addCluster(cluster);
  for (const user of other.users) if (!into.getUser(user.name)) into.addUser(user);
  for (const context of other.contexts) if (!into.getContextObject(context.name)) into.addContext(context);
  into.currentContext ??= other.currentContext;
}

function kubeconfigHint(name: string): string {
  return `set KUBECONFIG, or targets.${name}.kubeconfig in migration.yaml`;
}

function isThere(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch (error) {
    // A file that is there and cannot be read is for readFile to report.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

function readFile(name: string, file: string, hint = kubeconfigHint(name)): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromFile(file);
  } catch (error) {
    throw new TargetConfigError(`target ${name}: kubeconfig ${file}: ${whyUnreadable(error)}`, hint);
  }
  return kubeConfig;
}

function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'no permission to read it';
  if (code === 'EISDIR') return 'is a directory';
  // Its own words quote lines of the file, and those hold tokens.
  return `is no kubeconfig (${message.split('\n')[0]?.slice(0, 80)})`;
}

function expandHome(file: string, env: NodeJS.ProcessEnv): string {
  return file.startsWith('~/') ? path.join(env.HOME ?? '', file.slice(2)) : path.resolve(file);
}
