import type {
  V1ConfigMap,
  V1Container,
  V1Deployment,
  V1EnvVar,
  V1PodTemplateSpec,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { iso } from '../cluster/pods.ts';
import { observeSecretNames } from '../cluster/secret-names.ts';
import { ApiAnswer, ifExists } from '../target/answer.ts';
import type { ReadOnlyKube } from '../target/kube.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import type { Environment } from './environment.ts';
import { type Fact, known, unknown } from './fact.ts';

/** What runs in a cluster, as far as it tells about a pipeline. No Secret's value is in it: none is read. */
export interface Stack {
  readonly workloads: readonly FoundWorkload[];
  readonly services: readonly FoundService[];
}

export interface FoundWorkload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: string;
  readonly replicas: number;
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly FoundContainer[];
}

export interface FoundContainer {
  readonly image: string;
  /** Command and arguments. */
  readonly command: readonly string[];
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
  readonly env: Environment;
  /** Mounted from ConfigMaps. */
  readonly files: readonly FoundFile[];
  /** Secrets that are mounted; they are not read. */
  readonly secretMounts: readonly { readonly secret: string; readonly path: string }[];
}

export interface FoundFile {
  readonly configMap: string;
  readonly path: string;
  readonly text: string;
}

export interface FoundService {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** The cluster's own. */
const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/**
 * Deployments, StatefulSets and Services of all namespaces, with the ConfigMaps that the workloads mount or take
 * variables from. Throws `Unobservable` when they cannot be listed; a ConfigMap that is not there is passed over.
 */
export async function observeStack({ kube }: Pick<Target, 'kube'>): Promise<Stack> {
  const [deployments, statefulSets, services] = await Promise.all([
    kube.apps.listDeploymentForAllNamespaces(),
    kube.apps.listStatefulSetForAllNamespaces(),
    kube.core.listServiceForAllNamespaces(),
  ]);
  const all = [
    ...deployments.items.map((object) => ({ kind: 'Deployment' as const, object })),
    ...statefulSets.items.map((object) => ({ kind: 'StatefulSet' as const, object })),
  ]
    .filter(({ object }) => !systemNamespaces.has(object.metadata?.namespace ?? ''))
    .sort((a, b) => byPlace(a.object, b.object));
  const configMaps = await readConfigMaps(
    kube,
    all.flatMap(({ object }) => configMapsOf(object)),
  );
  return {
    workloads: all.map(({ kind, object }) => workload(kind, object, configMaps)),
    services: services.items.map(({ metadata, spec }) => ({
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      selector: spec?.selector ?? {},
      ports: spec?.ports?.map(({ port }) => port) ?? [],
    })),
  };
}

/** API servers list in the order of their storage's keys, in which `a-b/` comes before `a/`. */
/** By namespace, then by name: as one text, what stands between them would be compared with what is in them. */
function byPlace({ metadata: a }: V1Deployment | V1StatefulSet, { metadata: b }: V1Deployment | V1StatefulSet): number {
  const compare = (one = '', other = '') => one.localeCompare(other);
  return compare(a?.namespace, b?.namespace) || compare(a?.name, b?.name);
}

/** ConfigMaps by `namespace/name`. */
type ConfigMaps = ReadonlyMap<string, V1ConfigMap>;

function configMapsOf({ metadata, spec }: V1Deployment | V1StatefulSet): string[] {
  const template = spec?.template.spec;
  const mounted = template?.volumes?.flatMap(({ configMap }) => configMap?.name ?? []) ?? [];
  const variables = template?.containers.flatMap(({ env, envFrom }) => [
    ...(env?.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef?.name ?? []) ?? []),
    ...(envFrom?.flatMap(({ configMapRef }) => configMapRef?.name ?? []) ?? []),
  ]);
  return [...mounted, ...(variables ?? [])].map((name) => `${metadata?.namespace}/${name}`);
}

async function readConfigMaps(kube: ReadOnlyKube, names: readonly string[]): Promise<ConfigMaps> {
  const read = [...new Set(names)].map(async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    return [key, await ifExists(kube.core.readNamespacedConfigMap({ namespace, name }))] as const;
  });
  return new Map((await Promise.all(read)).flatMap(([key, found]) => (found === undefined ? [] : [[key, found]])));
}

function workload(
  kind: FoundWorkload['kind'],
  { metadata, spec }: V1Deployment | V1StatefulSet,
  configMaps: ConfigMaps,
): FoundWorkload {
  const namespace = metadata?.namespace ?? '';
  const template = spec?.template;
  return {
    kind,
    namespace,
    name: metadata?.name ?? '',
    createdAt: iso(metadata?.creationTimestamp) ?? '',
    replicas: spec?.replicas ?? 1,
    labels: template?.metadata?.labels ?? {},
    containers: template?.spec?.containers.map((each) => container(each, template, namespace, configMaps)) ?? [],
  };
}

function container(
  { image = '', command = [], args = [], ports = [], env = [], envFrom = [], volumeMounts = [] }: V1Container,
  template: V1PodTemplateSpec,
  namespace: string,
  configMaps: ConfigMaps,
): FoundContainer {
  const volume = (name: string) => template.spec?.volumes?.find((each) => each.name === name);
  const fromMaps = envFrom.flatMap(({ configMapRef, prefix = '' }) =>
    Object.entries(configMaps.get(`${namespace}/${configMapRef?.name}`)?.data ?? {}).map(
      ([name, value]) => [`${prefix}${name}`, known(value)] as const,
    ),
  );
  return {
    image,
    command: [...command, ...args],
    ports: ports.map(({ name, containerPort }) => ({ port: containerPort, ...(name === undefined ? {} : { name }) })),
    env: new Map<string, Fact<string>>([
      ...fromMaps,
      ...env.map((each) => [each.name, variable(each, namespace, configMaps)] as const),
    ]),
    files: volumeMounts.flatMap(({ name, mountPath, subPath }) => {
      const configMap = volume(name)?.configMap;
      const data = configMaps.get(`${namespace}/${configMap?.name}`)?.data ?? {};
      // An `items` list would rename keys; a subPath mounts one of them.
      const path = new Map(configMap?.items?.map((item) => [item.key, item.path]) ?? []);
      return Object.entries(data)
        .filter(([key]) => (path.size === 0 || path.has(key)) && (subPath === undefined || subPath === key))
        .map(([key, text]) => ({
          configMap: configMap?.name ?? '',
          path: subPath === undefined ? `${mountPath.replace(/\/$/, '')}/${path.get(key) ?? key}` : mountPath,
          text,
        }));
    }),
    secretMounts: volumeMounts.flatMap(({ name, mountPath }) => {
      const secret = volume(name)?.secret?.secretName;
      return secret === undefined ? [] : [{ secret, path: mountPath }];
    }),
  };
}

function variable({ value, valueFrom }: V1EnvVar, namespace: string, configMaps: ConfigMaps): Fact<string> {
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (secretKeyRef) return unknown(`it is held in Secret ${secretKeyRef.name}, which is not read`);
  if (configMapKeyRef) {
    const text = configMaps.get(`${namespace}/${configMapKeyRef.name}`)?.data?.[configMapKeyRef.key];
    return text === undefined
      ? unknown(`ConfigMap ${configMapKeyRef.name} has no ${configMapKeyRef.key}`)
      : known(text);
  }
  return valueFrom ? unknown('it is known to the pod alone') : known(value ?? '');
}

/** What lies beside a database: names of Secrets, and ConfigMaps with migrations in their keys. */
export interface Beside {
  readonly namespace: string;
  /** Names alone: the API server is asked for metadata, no value crosses the wire. Undefined when it may not be listed. */
  readonly secrets: readonly string[] | undefined;
  readonly migrations: readonly MigrationFiles[];
}

interface MigrationFiles {
  readonly configMap: string;
  readonly app: string | undefined;
  /** From keys like `001_tables.sql`. */
  readonly versions: readonly number[];
}

export async function observeBeside({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<Beside> {
  const [secrets, configMaps] = await Promise.all([
    unlessRefused(observeSecretNames({ kube }, namespace)),
    unlessRefused(kube.core.listNamespacedConfigMap({ namespace })),
  ]);
  return { namespace, secrets, migrations: configMaps?.items.flatMap(migrationFiles) ?? [] };
}

function migrationFiles({ metadata, data }: V1ConfigMap): MigrationFiles[] {
  const versions = Object.keys(data ?? {}).flatMap((key) => {
    const number = /^V?(\d+)_.*\.sql$/i.exec(key)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (versions.length === 0) return [];
  return [
    {
      configMap: metadata?.name ?? '',
      app: metadata?.labels?.app ?? metadata?.labels?.['app.kubernetes.io/name'],
      versions: versions.sort((a, b) => a - b),
    },
  ];
}

/** What Flux applies, by name and path. Undefined when there is no Flux, or it may not be looked at. */
export interface FoundKustomization {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly source: string;
}

export async function observeKustomizations({ kube }: Pick<Target, 'kube'>): Promise<FoundKustomization[] | undefined> {
  const list = await unlessRefused(
    ifExists(
      kube.custom.listClusterCustomObject({
        group: 'kustomize.toolkit.fluxcd.io',
        version: 'v1',
        plural: 'kustomizations',
      }),
    ),
  );
  const items = (list as { items?: Kustomization[] } | undefined)?.items;
  return items?.map(({ metadata, spec }) => ({
    namespace: metadata.namespace,
    name: metadata.name,
    path: spec.path ?? '',
    source: spec.sourceRef.name,
  }));
}

interface Kustomization {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly path?: string; readonly sourceRef: { readonly name: string } };
}

async function unlessRefused<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    // Refused, not known, or not to be had in this form: an answer, and not one that hides anything else.
    const isRefusal = error instanceof Unobservable && (error.kind === 'forbidden' || error.kind === 'unsupported');
    if (isRefusal || error instanceof ApiAnswer) return undefined;
    throw error;
  }
}
