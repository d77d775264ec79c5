import type { V1Container, V1EnvVarSource } from '@kubernetes/client-node';
import type { KubeObject, ObjectStore } from '../kubernetes/object.ts';
import type { Pod } from './pod.ts';

/** The pod's own words cannot be turned into a container: CreateContainerConfigError, with the kubelet's message. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/** What the downward API knows of a pod beside its object. */
export interface PodPlace {
  readonly podIP: string;
  readonly hostIP: string;
}

/**
 * The environment of a container: envFrom, then env in order, $(NAME) expanded from what stands before.
 * Throws ContainerConfigError when a ConfigMap, a Secret or a key that is not optional is missing.
 */
export function resolveEnvironment(
  store: ObjectStore,
  pod: Pod,
  container: V1Container,
  place: PodPlace,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    const reference = source.configMapRef ?? source.secretRef;
    if (!reference?.name) continue;
    const kind = source.configMapRef ? 'configmap' : 'secret';
    const object = findConfig(store, kind, pod.metadata.namespace, reference.name);
    if (!object && !reference.optional) throw new ContainerConfigError(`${kind} "${reference.name}" not found`);
    for (const [key, value] of Object.entries(object ? configData(object) : {}))
      env[`${source.prefix ?? ''}${key}`] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? resolveSource(store, pod, variable.valueFrom, place)
      : expand(variable.value ?? '', env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

/** `$(NAME)` from the environment, `$$(NAME)` as it stands without the first `$`, unknown names as they stand. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (env[name ?? ''] ?? whole),
  );
}

export type ConfigKind = 'configmap' | 'secret';

export function findConfig(
  store: ObjectStore,
  kind: ConfigKind,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  return store.get({ group: '', resource: `${kind}s` }, namespace, name);
}

/** The entries of a ConfigMap or Secret as text, base64 undone. */
export function configData(object: KubeObject): Record<string, string> {
  const data = (object.data ?? {}) as Record<string, string>;
  const encoded = object.kind === 'Secret' ? data : ((object.binaryData ?? {}) as Record<string, string>);
  const plain = object.kind === 'Secret' ? {} : data;
  return {
    ...plain,
    ...Object.fromEntries(
      Object.entries(encoded).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  };
}

function resolveSource(store: ObjectStore, pod: Pod, source: V1EnvVarSource, place: PodPlace): string | undefined {
  if (source.fieldRef) return podField(pod, source.fieldRef.fieldPath, place);
  const selector = source.configMapKeyRef ?? source.secretKeyRef;
  if (!selector?.name) throw new ContainerConfigError('this source of a variable is not known to the replica');
  const kind = source.configMapKeyRef ? 'configmap' : 'secret';
  const object = findConfig(store, kind, pod.metadata.namespace, selector.name);
  const value = object && configData(object)[selector.key];
  if (value !== undefined || selector.optional) return value;
  if (!object) throw new ContainerConfigError(`${kind} "${selector.name}" not found`);
  const kindName = kind === 'configmap' ? 'ConfigMap' : 'Secret';
  throw new ContainerConfigError(
    `couldn't find key ${selector.key} in ${kindName} ${pod.metadata.namespace}/${selector.name}`,
  );
}

/** The value of a downward API path. Throws ContainerConfigError for one that the API does not have. */
export function podField(pod: Pod, path: string, place: PodPlace): string {
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (subscript) return pod.metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': place.podIP,
    'status.podIPs': place.podIP,
    'status.hostIP': place.hostIP,
  };
  const value = fields[path];
  if (value === undefined) throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  return value;
}
