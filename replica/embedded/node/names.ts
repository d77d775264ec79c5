import type { KubeObject, ObjectStore } from '../kubernetes/object.ts';
import type { PodIdentity } from './network.ts';

/** Where a name and port lead: a pod's address, `refused` when a Service has no pod to serve it, or nowhere. */
export type Address = { readonly ip: string; readonly port: number } | 'refused';

const services = { group: '', resource: 'services' };
const endpointSlices = { group: 'discovery.k8s.io', resource: 'endpointslices' };

interface ServicePort {
  readonly name?: string;
  readonly port: number;
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly hostname?: string;
  readonly conditions?: { readonly ready?: boolean };
  readonly targetRef?: { readonly name?: string };
}

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly Endpoint[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** What cluster DNS and kube-proxy do together: from a name or address that a program dials to a pod's address. */
export class NameResolver {
  readonly #store: ObjectStore;
  /** Where the round robin of each Service stands. */
  readonly #turns = new Map<string, number>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Resolves as in a pod of `from`'s namespace, search domains included (ndots:5).
   * Returns undefined for a name that does not exist.
   */
  resolve(host: string, port: number, from: PodIdentity): Address | undefined {
    if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return { ip: from.ip, port };
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return this.#resolveIp(host, port);
    const name = host.replace(/\.$/, '').toLowerCase();
    const candidates = [
      `${name}.${from.namespace}.svc.cluster.local`,
      `${name}.svc.cluster.local`,
      `${name}.cluster.local`,
      name,
    ];
    for (const candidate of candidates) {
      const address = this.#resolveName(candidate, port);
      if (address) return address;
    }
    return undefined;
  }

  #resolveIp(ip: string, port: number): Address {
    const service = this.#store.list(services).find((each) => each.spec?.clusterIP === ip);
    return service ? this.#balance(service, port) : { ip, port };
  }

  /** Resolves a fully qualified name: `service.namespace.svc.cluster.local`, or a pod's own name before it. */
  #resolveName(name: string, port: number): Address | undefined {
    const suffix = '.svc.cluster.local';
    if (!name.endsWith(suffix)) return undefined;
    const labels = name.slice(0, -suffix.length).split('.');
    const [pod, serviceName, namespace] = labels.length === 3 ? labels : [undefined, ...labels];
    if (!serviceName || !namespace || labels.length > 3) return undefined;
    const service = this.#store.get(services, namespace, serviceName);
    if (!service) return undefined;
    if (pod !== undefined) {
      const endpoint = this.#endpoints(service).find((each) => each.hostname === pod || each.targetRef?.name === pod);
      const ip = endpoint?.addresses[0];
      return ip === undefined ? undefined : { ip, port };
    }
    return service.spec?.clusterIP === 'None' ? this.#headless(service, port) : this.#balance(service, port);
  }

  #headless(service: KubeObject, port: number): Address | undefined {
    const addresses = this.#endpoints(service).flatMap((endpoint) => endpoint.addresses);
    const ip = this.#next(service, addresses);
    return ip === undefined ? undefined : { ip, port };
  }

  /** kube-proxy: a Service's port to the target port of its ready pods in turn. A Service without one refuses. */
  #balance(service: KubeObject, port: number): Address {
    const ports = (service.spec?.ports ?? []) as readonly ServicePort[];
    const servicePort = ports.find((each) => each.port === port);
    if (!servicePort) return 'refused';
    const targets = this.#slices(service).flatMap((slice) => {
      const target = slice.ports?.find((each) => (each.name ?? '') === (servicePort.name ?? ''))?.port;
      if (target === undefined) return [];
      return (slice.endpoints ?? [])
        .filter(isReady)
        .flatMap((endpoint) => endpoint.addresses.map((ip) => ({ ip, port: target })));
    });
    return this.#next(service, targets) ?? 'refused';
  }

  #next<T>(service: KubeObject, choices: readonly T[]): T | undefined {
    if (choices.length === 0) return undefined;
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    return choices[turn % choices.length];
  }

  /** Those that DNS answers: the ready ones, or all where the Service publishes the others too. */
  #endpoints(service: KubeObject): Endpoint[] {
    const all = service.spec?.publishNotReadyAddresses === true;
    return this.#slices(service).flatMap((slice) =>
      (slice.endpoints ?? []).filter((endpoint) => all || isReady(endpoint)),
    );
  }

  #slices(service: KubeObject): EndpointSlice[] {
    return this.#store
      .list(endpointSlices, service.metadata.namespace)
      .filter(
        (slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
      ) as EndpointSlice[];
  }
}

/** No condition means ready, by the API's own rule. */
function isReady(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready !== false;
}
