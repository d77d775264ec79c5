import type { V1ConfigMap, V1Ingress, V1Service } from '@kubernetes/client-node';
import { ApiAnswer } from '../target/answer.ts';
import type { ReadOnlyKube } from '../target/kube.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import type { Mention, ServiceAddress } from './observed.ts';
import { containersOf, listTemplated, podSpecOf, type Templated } from './templates.ts';

/** What is looked for in the texts of a cluster's objects. */
export interface Wanted {
  readonly topics: readonly string[];
  /** Whose Services are looked for; what stands in them is not looked at. */
  readonly oldNamespaces: readonly string[];
}

/** A text of an object, and where it stands in it. It may hold a secret: it is searched and never returned. */
interface Text {
  readonly kind: Mention['kind'];
  readonly namespace: string;
  readonly name: string;
  readonly where: string;
  readonly text: string;
}

/**
 * Where an object outside the old system names one of its topics or Services: in variables and arguments of what runs
 * pods, in ConfigMaps, as the back end of an Ingress, in what Flux applies. A table's name is no such name: `energy` is a
 * word. Throws `Unobservable` when a kind cannot be listed everywhere.
 */
export async function observeMentions({ kube }: Pick<Target, 'kube'>, wanted: Wanted): Promise<Mention[]> {
  const [services, templated, configMaps, ingresses, flux] = await Promise.all([
    kube.core.listServiceForAllNamespaces(),
    listTemplated({ kube }),
    kube.core.listConfigMapForAllNamespaces(),
    listIngresses(kube),
    listFlux(kube),
  ]);
  const old = new Set(wanted.oldNamespaces);
  const addresses = services.items.filter(({ metadata }) => old.has(metadata?.namespace ?? '')).map(serviceAddress);
  const hasOwn = (namespace: string, name: string) =>
    services.items.some(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
  const texts = [
    ...templated.flatMap(textsOf),
    ...configMaps.items.filter(isWritten).flatMap(configMapTexts),
    ...flux.flatMap(fluxTexts),
  ].filter(({ namespace }) => !old.has(namespace));
  const found = texts.flatMap(({ text, ...place }) => [
    ...wanted.topics.filter((topic) => namesTopic(text, topic)).map((topic) => ({ ...place, names: `topic ${topic}` })),
    ...addresses
      .filter((address) => namesService(text, address, hasOwn(place.namespace, address.name)))
      .map((address) => ({ ...place, names: serviceWords(address) })),
  ]);
  // An Ingress can send to Services of its own namespace only, so it stands among the old system's own objects.
  const exposed = ingresses.flatMap((ingress) =>
    addresses
      .filter(({ namespace, name }) => ingress.metadata?.namespace === namespace && backEnds(ingress).includes(name))
      .map((address) => ({
        kind: 'Ingress' as const,
        namespace: address.namespace,
        name: ingress.metadata?.name ?? '',
        where: `back end for ${hosts(ingress)}`,
        names: serviceWords(address),
      })),
  );
  // Whoever comes by a port of the nodes or a load balancer cannot be seen from within the cluster.
  const open = services.items
    .filter(
      ({ metadata, spec }) =>
        old.has(metadata?.namespace ?? '') && spec?.type !== undefined && spec.type !== 'ClusterIP',
    )
    .map((service) => ({
      kind: 'Service' as const,
      namespace: service.metadata?.namespace ?? '',
      name: service.metadata?.name ?? '',
      where: `type ${service.spec?.type}`,
      names: 'the network outside the cluster',
    }));
  return [...found, ...exposed, ...open];
}

/** A topic's name as a whole: `energy-realtime` is not in `homelab-energy-realtime`. */
export function namesTopic(text: string, topic: string): boolean {
  return new RegExp(`(?<![\\w.-])${escaped(topic)}(?![\\w-]|\\.\\w)`).test(text);
}

/**
 * A Service by its name as DNS has it: `service.namespace` anywhere; `service:port` where the namespace that it is read
 * in has no Service of that name itself.
 */
export function namesService(text: string, { namespace, name, ports }: ServiceAddress, isOwn: boolean): boolean {
  const whole = new RegExp(`(?<![\\w.-])(?:[\\w-]+\\.)?${escaped(name)}\\.${escaped(namespace)}(?![\\w-])`);
  if (whole.test(text)) return true;
  return !isOwn && ports.some((port) => new RegExp(`(?<![\\w.-])${escaped(name)}:${port}(?!\\d)`).test(text));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function serviceAddress({ metadata, spec }: V1Service): ServiceAddress {
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    ports: (spec?.ports ?? []).map(({ port }) => port),
  };
}

function serviceWords({ namespace, name }: ServiceAddress): string {
  return `Service ${namespace}/${name}`;
}

function textsOf(templated: Templated): Text[] {
  const { metadata } = templated.object;
  const place = { kind: templated.kind, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' };
  return containersOf(podSpecOf(templated)).flatMap(({ name, command = [], args = [], env = [] }) => [
    { ...place, where: `arguments of container ${name}`, text: [...command, ...args].join('\n') },
    ...env.map((variable) => ({ ...place, where: `variable ${variable.name}`, text: variable.value ?? '' })),
  ]);
}

function configMapTexts({ metadata, data = {} }: V1ConfigMap): Text[] {
  const place = { kind: 'ConfigMap' as const, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' };
  return Object.entries(data).map(([key, text]) => ({ ...place, where: `key ${key}`, text }));
}

/** Every namespace has one of the cluster's own. */
function isWritten({ metadata }: V1ConfigMap): boolean {
  return metadata?.name !== 'kube-root-ca.crt';
}

interface FluxObject {
  readonly kind: 'Kustomization' | 'HelmRelease';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec?: unknown;
}

function fluxTexts({ kind, metadata, spec }: FluxObject): Text[] {
  return [
    { kind, namespace: metadata.namespace, name: metadata.name, where: 'spec', text: JSON.stringify(spec ?? {}) },
  ];
}

async function listFlux(kube: ReadOnlyKube): Promise<FluxObject[]> {
  const kinds = [
    { kind: 'Kustomization' as const, group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' },
    { kind: 'HelmRelease' as const, group: 'helm.toolkit.fluxcd.io', version: 'v2', plural: 'helmreleases' },
  ];
  const lists = await Promise.all(
    kinds.map(async ({ kind, ...resource }) => {
      const list = (await ifServed(kube.custom.listClusterCustomObject(resource))) as
        | { items: FluxObject[] }
        | undefined;
      return (list?.items ?? []).map((item) => ({ ...item, kind }));
    }),
  );
  return lists.flat();
}

async function listIngresses(kube: ReadOnlyKube): Promise<V1Ingress[]> {
  const answer = await ifServed(kube.get('/apis/networking.k8s.io/v1/ingresses'));
  return answer === undefined ? [] : (JSON.parse(answer.body) as { items: V1Ingress[] }).items;
}

/** A cluster without Flux, or without Helm's part of it, has none of its objects. */
async function ifServed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Unobservable && error.kind === 'unsupported') return undefined;
    if (error instanceof ApiAnswer && error.status === 404) return undefined;
    throw error;
  }
}

function backEnds({ spec }: V1Ingress): string[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((each) => each?.service?.name ?? []);
}

function hosts({ spec }: V1Ingress): string {
  return (spec?.rules ?? []).flatMap(({ host }) => host ?? []).join(', ') || 'any host';
}
