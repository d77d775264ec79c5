import type { V1Container, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { imageRepository } from '../embedded/programs/catalog.ts';
import { nodeImage, replacedImage } from './images.ts';
import type { ClusterReplicaKind } from './raise.ts';

/** On every object that a replica brings into a cluster: what `--down` removes. */
export const kindLabel = 'telemetry-replica/kind';

/** Images of the manifests that are programs of the replica's own. */
const ownRepository = 'telemetry-replica/';
const programDirectory = '/replica';

export interface ClusterObjectsOptions {
  readonly kind: ClusterReplicaKind;
  readonly images: ReadonlyMap<string, string>;
  readonly timeScale: number;
  /** Names of the replica's own programs to their modules. */
  readonly programs: ReadonlyMap<string, string>;
}

export interface ClusterObjects {
  readonly objects: readonly KubeObject[];
  /** In words, each once: `redpandadata/redpanda:lab for redpandadata/redpanda:v25.2.1`. */
  readonly standIns: readonly string[];
}

/** The names of the replica's own programs that the manifests run: `sensors`, `mqtt-input`. */
export function programNames(manifests: readonly KubeObject[]): string[] {
  const containers = manifests.flatMap((object) => podSpec(object)?.containers ?? []);
  return [...new Set(containers.flatMap(({ image }) => ownProgram(image) ?? []))];
}

/**
 * The manifests as a real cluster runs them: labelled, with the images wanted, and the replica's own programs on a plain
 * Node, their modules mounted from ConfigMaps.
 */
export function clusterObjects(manifests: readonly KubeObject[], options: ClusterObjectsOptions): ClusterObjects {
  const standIns = new Set<string>();
  const replace = (image: string): string => {
    const replaced = replacedImage(image, options.images);
    if (replaced.standIn !== undefined) standIns.add(replaced.standIn);
    return replaced.image;
  };
  const programs = new Map<string, KubeObject>();
  const objects = manifests.map((manifest): KubeObject => {
    const { status: _, ...object } = structuredClone(manifest);
    const pod = podSpec(object);
    for (const container of pod?.containers ?? []) {
      const program = ownProgram(container.image);
      if (pod === undefined || program === undefined) {
        container.image = replace(container.image ?? '');
        continue;
      }
      runOnNode(container, program, replace(nodeImage), options.timeScale);
      pod.volumes = [...(pod.volumes ?? []), programVolume(program)];
      const configMap = programConfigMap(object.metadata.namespace ?? '', program, options.programs);
      programs.set(`${configMap.metadata.namespace}/${configMap.metadata.name}`, configMap);
    }
    return object;
  });
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const others = objects.filter(({ kind }) => kind !== 'Namespace');
  return {
    objects: [...namespaces, ...programs.values(), ...others].map((object) => labelled(object, options.kind)),
    standIns: [...standIns],
  };
}

export function labelled(object: KubeObject, kind: ClusterReplicaKind): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [kindLabel]: kind } } };
}

interface PodTemplate {
  readonly template?: { readonly spec?: V1PodSpec };
  readonly jobTemplate?: { readonly spec?: PodTemplate };
}

/** The pod's part of a workload, a Job or a CronJob. */
function podSpec({ spec }: KubeObject): V1PodSpec | undefined {
  const { template, jobTemplate } = (spec ?? {}) as PodTemplate;
  return (template ?? jobTemplate?.spec?.template)?.spec;
}

function ownProgram(image: string | undefined): string | undefined {
  const repository = imageRepository(image ?? '');
  return repository.startsWith(ownRepository) ? repository.slice(ownRepository.length) : undefined;
}

function runOnNode(container: V1Container, program: string, image: string, timeScale: number): void {
  container.image = image;
  container.command = ['node', `${programDirectory}/${program}.mjs`];
  delete container.args;
  container.env = [
    ...(container.env ?? []),
    { name: 'REPLICA_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'REPLICA_TIME_SCALE', value: String(timeScale) },
  ];
  container.volumeMounts = [
    ...(container.volumeMounts ?? []),
    { name: programName(program), mountPath: programDirectory, readOnly: true },
  ];
}

function programVolume(program: string): V1Volume {
  return { name: programName(program), configMap: { name: programName(program) } };
}

function programConfigMap(namespace: string, program: string, modules: ReadonlyMap<string, string>): KubeObject {
  const code = modules.get(program);
  if (code === undefined) throw new Error(`the manifests run ${ownRepository}${program}, which is no program`);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: programName(program), namespace },
    data: { [`${program}.mjs`]: code },
  };
}

function programName(program: string): string {
  return `replica-program-${program}`;
}
