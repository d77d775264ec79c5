import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1ObjectMeta,
  V1PodSpec,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Target } from '../target/target.ts';
import type { Owner, TemplateState } from './observed.ts';

/** Whatever makes pods of a template that somebody wrote. */
export type Templated =
  | { readonly kind: 'Deployment'; readonly object: V1Deployment }
  | { readonly kind: 'StatefulSet'; readonly object: V1StatefulSet }
  | { readonly kind: 'DaemonSet'; readonly object: V1DaemonSet }
  | { readonly kind: 'CronJob'; readonly object: V1CronJob };

/**
 * What stands in a namespace to run pods, or everywhere where none is given: Deployments, StatefulSets, DaemonSets and
 * CronJobs, each with what its pods need. Throws `Unobservable` when they cannot be listed.
 */
export async function observeTemplates({ kube }: Pick<Target, 'kube'>, namespace?: string): Promise<TemplateState[]> {
  return (await listTemplated({ kube }, namespace)).map(templateState);
}

/** The objects themselves, for whoever looks into their texts. */
export async function listTemplated({ kube }: Pick<Target, 'kube'>, namespace?: string): Promise<Templated[]> {
  const { apps, batch } = kube;
  const [deployments, statefulSets, daemonSets, cronJobs] = await Promise.all(
    namespace === undefined
      ? [
          apps.listDeploymentForAllNamespaces(),
          apps.listStatefulSetForAllNamespaces(),
          apps.listDaemonSetForAllNamespaces(),
          batch.listCronJobForAllNamespaces(),
        ]
      : [
          apps.listNamespacedDeployment({ namespace }),
          apps.listNamespacedStatefulSet({ namespace }),
          apps.listNamespacedDaemonSet({ namespace }),
          batch.listNamespacedCronJob({ namespace }),
        ],
  );
  return [
    ...deployments.items.map((object) => ({ kind: 'Deployment' as const, object })),
    ...statefulSets.items.map((object) => ({ kind: 'StatefulSet' as const, object })),
    ...daemonSets.items.map((object) => ({ kind: 'DaemonSet' as const, object })),
    ...cronJobs.items.map((object) => ({ kind: 'CronJob' as const, object })),
  ];
}

function templateState(templated: Templated): TemplateState {
  const { metadata } = templated.object;
  const owner = ownerOf(metadata);
  const pod = podSpecOf(templated);
  return {
    kind: templated.kind,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    replicas: replicasOf(templated),
    images: distinct(containersOf(pod).flatMap(({ image }) => image ?? [])),
    ...(owner === undefined ? {} : { owner }),
    secrets: secretsOf(pod),
    configMaps: configMapsOf(pod),
    claims: claimsOf(templated, pod),
  };
}

/** The pods' own part of a template. */
export function podSpecOf({ kind, object }: Templated): V1PodSpec | undefined {
  return kind === 'CronJob' ? object.spec?.jobTemplate.spec?.template.spec : object.spec?.template.spec;
}

export function containersOf(pod: V1PodSpec | undefined): V1PodSpec['containers'] {
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
}

/** Flux labels what it applies: https://fluxcd.io/flux/components/kustomize/kustomizations/#labels */
export function ownerOf(metadata: V1ObjectMeta | undefined): Owner | undefined {
  const name = metadata?.labels?.['kustomize.toolkit.fluxcd.io/name'];
  const namespace = metadata?.labels?.['kustomize.toolkit.fluxcd.io/namespace'];
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** A DaemonSet has as many as there are nodes, a CronJob none that stays; 1 where nothing is said. */
function replicasOf({ kind, object }: Templated): number {
  if (kind === 'DaemonSet') return object.status?.desiredNumberScheduled ?? 0;
  if (kind === 'CronJob') return 0;
  return object.spec?.replicas ?? 1;
}

/** Secrets without which no pod starts; optional ones are left out, and no value is read. */
function secretsOf(pod: V1PodSpec | undefined): string[] {
  const ofContainers = containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.flatMap(({ valueFrom }) => required(valueFrom?.secretKeyRef)),
    ...envFrom.flatMap(({ secretRef }) => required(secretRef)),
  ]);
  const ofVolumes = (pod?.volumes ?? []).flatMap(({ secret, projected }) => [
    ...(secret?.secretName === undefined ? [] : required({ ...secret, name: secret.secretName })),
    ...(projected?.sources ?? []).flatMap((source) => required(source.secret)),
  ]);
  return distinct([...ofContainers, ...ofVolumes, ...(pod?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? [])]);
}

function configMapsOf(pod: V1PodSpec | undefined): string[] {
  const ofContainers = containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.flatMap(({ valueFrom }) => required(valueFrom?.configMapKeyRef)),
    ...envFrom.flatMap(({ configMapRef }) => required(configMapRef)),
  ]);
  const ofVolumes = (pod?.volumes ?? []).flatMap(({ configMap, projected }) => [
    ...required(configMap),
    ...(projected?.sources ?? []).flatMap((source) => required(source.configMap)),
  ]);
  return distinct([...ofContainers, ...ofVolumes]);
}

/** Claims by name: those that the pods name, and those that a StatefulSet makes for each of its replicas. */
function claimsOf(templated: Templated, pod: V1PodSpec | undefined): string[] {
  const named = (pod?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  if (templated.kind !== 'StatefulSet') return distinct(named);
  const { metadata, spec } = templated.object;
  const first = spec?.ordinals?.start ?? 0;
  const made = (spec?.volumeClaimTemplates ?? []).flatMap((claim) =>
    Array.from(
      { length: replicasOf(templated) },
      (_, index) => `${claim.metadata?.name}-${metadata?.name}-${first + index}`,
    ),
  );
  return distinct([...named, ...made]);
}

function required(reference: { readonly name?: string; readonly optional?: boolean } | undefined): string[] {
  return reference?.name === undefined || reference.optional === true ? [] : [reference.name];
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
