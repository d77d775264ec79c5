import type { V1Container, V1KeyToPath, V1Volume, V1VolumeProjection } from '@kubernetes/client-node';
import type { ObjectStore } from '../kubernetes/object.ts';
import type { Pod } from './pod.ts';
import { type ConfigKind, configData, findConfig, type PodPlace, podField } from './pod-environment.ts';

/** A volume that cannot be set up yet: the pod waits in ContainerCreating, and a FailedMount event says why. */
export class MountError extends Error {
  override readonly name = 'MountError';
  readonly volume: string;

  constructor(volume: string, message: string) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${message}`);
    this.volume = volume;
  }
}

/** The files of a volume by their path within it; volumes that hold state have none. */
export type VolumeFiles = ReadonlyMap<string, string>;

/**
 * The files of each volume of a pod, by the volume's name.
 * Throws MountError when something that is not optional is missing.
 */
export function resolveVolumes(store: ObjectStore, pod: Pod, place: PodPlace): ReadonlyMap<string, VolumeFiles> {
  return new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volumeFiles(store, pod, volume, place)]));
}

/** The files that a container sees, by absolute path. */
export function mountedFiles(
  volumes: ReadonlyMap<string, VolumeFiles>,
  container: V1Container,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const mount of container.volumeMounts ?? []) {
    for (const [path, content] of volumes.get(mount.name) ?? []) {
      const within = mount.subPath === undefined ? `/${path}` : subPath(mount.subPath, path);
      if (within !== undefined) files.set(`${mount.mountPath.replace(/\/$/, '')}${within}`, content);
    }
  }
  return files;
}

/** The name that the state behind a mount path lives under: a claim's outlives the pod, any other ends with it. */
export function stateKey(pod: Pod, container: V1Container, mountPath: string): { scope: 'claim' | 'pod'; key: string } {
  const mount = container.volumeMounts?.find((each) => each.mountPath === mountPath);
  const volume = pod.spec.volumes?.find((each) => each.name === mount?.name);
  const claim = volume?.persistentVolumeClaim?.claimName;
  if (claim !== undefined) return { scope: 'claim', key: `${pod.metadata.namespace}/${claim}` };
  return { scope: 'pod', key: volume?.name ?? mountPath };
}

function subPath(wanted: string, path: string): string | undefined {
  if (path === wanted) return '';
  return path.startsWith(`${wanted}/`) ? path.slice(wanted.length) : undefined;
}

function volumeFiles(store: ObjectStore, pod: Pod, volume: V1Volume, place: PodPlace): VolumeFiles {
  const files = new Map<string, string>();
  const add = (
    kind: ConfigKind,
    name: string | undefined,
    items: V1KeyToPath[] | undefined,
    optional: boolean | undefined,
  ) => {
    const object = name === undefined ? undefined : findConfig(store, kind, pod.metadata.namespace, name);
    if (!object && optional) return;
    if (!object) throw new MountError(volume.name, `${kind} "${name}" not found`);
    const data = configData(object);
    for (const { key, path } of items ?? Object.keys(data).map((key) => ({ key, path: key }))) {
      const content = data[key];
      if (content !== undefined) files.set(path, content);
      else if (!optional) throw new MountError(volume.name, `references non-existent config key: ${key}`);
    }
  };
  const project = (source: V1VolumeProjection) => {
    if (source.configMap) add('configmap', source.configMap.name, source.configMap.items, source.configMap.optional);
    if (source.secret) add('secret', source.secret.name, source.secret.items, source.secret.optional);
    for (const item of source.downwardAPI?.items ?? []) {
      if (item.fieldRef) files.set(item.path, podField(pod, item.fieldRef.fieldPath, place));
    }
  };
  if (volume.configMap) add('configmap', volume.configMap.name, volume.configMap.items, volume.configMap.optional);
  if (volume.secret) add('secret', volume.secret.secretName, volume.secret.items, volume.secret.optional);
  if (volume.downwardAPI) project({ downwardAPI: volume.downwardAPI });
  for (const source of volume.projected?.sources ?? []) project(source);
  const claim = volume.persistentVolumeClaim?.claimName;
  if (
    claim !== undefined &&
    !store.get({ group: '', resource: 'persistentvolumeclaims' }, pod.metadata.namespace, claim)
  ) {
    throw new MountError(volume.name, `persistentvolumeclaim "${claim}" not found`);
  }
  return files;
}
