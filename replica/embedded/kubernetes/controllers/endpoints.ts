import { isDeepStrictEqual } from 'node:util';
import type { V1Container, V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { selects } from '../selectors.ts';
import { StatusError } from '../status.ts';
import { type Controller, type ControllerContext, type Key, own, refs } from './controller.ts';
import { controllerReference } from './ownership.ts';
import { isOver, isReady } from './pods.ts';

const serviceLabel = 'kubernetes.io/service-name';
const managerLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';

/** Keeps the EndpointSlice and the Endpoints of each Service that selects pods. */
export function endpointsController(context: ControllerContext): Controller {
  const { store } = context;
  const servicesOf = (pod: KubeObject | undefined): readonly Key[] =>
    store
      .list(refs.services, pod?.metadata.namespace)
      .filter(
        (service) => selectorOf(service) && selects({ matchLabels: selectorOf(service) ?? {} }, pod?.metadata.labels),
      )
      .map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
  return {
    name: 'endpoints',
    watches: [
      own(refs.services),
      { ref: refs.pods, keys: (pod, previous) => [...servicesOf(pod), ...(previous ? servicesOf(previous) : [])] },
    ],
    reconcile: (key) => void reconcile(context, key),
  };
}

function selectorOf(service: KubeObject): Record<string, string> | undefined {
  const { selector } = (service.spec ?? {}) as unknown as V1ServiceSpec;
  return selector && Object.keys(selector).length > 0 ? selector : undefined;
}

function reconcile(context: ControllerContext, { namespace, name }: Key): void {
  const { store } = context;
  const service = store.get(refs.services, namespace, name);
  // What a deleted Service leaves behind goes with its owner.
  const selector = service && selectorOf(service);
  if (!service || !selector || service.metadata.deletionTimestamp !== undefined) return;
  const pods = store
    .list(refs.pods, namespace)
    .filter((pod) => selects({ matchLabels: selector }, pod.metadata.labels) && pod.status?.podIP && !isOver(pod));
  try {
    writeSlice(context, service, pods);
    writeEndpoints(context, service, pods);
  } catch (error) {
    // A namespace that is being deleted takes no new objects.
    if (!(error instanceof StatusError)) throw error;
  }
}

function isServing(service: KubeObject, pod: KubeObject): boolean {
  return isReady(pod) || service.spec?.publishNotReadyAddresses === true;
}

function targetRef({ metadata }: KubeObject): object {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

function hostnameOf(service: KubeObject, { spec = {} }: KubeObject): object {
  return spec.hostname && spec.subdomain === service.metadata.name ? { hostname: spec.hostname } : {};
}

function writeSlice({ store }: ControllerContext, service: KubeObject, pods: readonly KubeObject[]): void {
  const { name, namespace = 'default', labels: own = {} } = service.metadata;
  const headless = service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const labels = { ...own, [managerLabel]: manager, [serviceLabel]: name, ...headless };
  const endpoints = pods.map((pod) => {
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const serving = isServing(service, pod);
    return {
      addresses: [pod.status?.podIP],
      conditions: { ready: serving && !terminating, serving, terminating },
      ...hostnameOf(service, pod),
      nodeName: pod.spec?.nodeName,
      targetRef: targetRef(pod),
    };
  });
  const ports = portsOf(service, pods).map(({ port, number }) => ({
    name: port.name ?? '',
    port: number,
    protocol: port.protocol ?? 'TCP',
  }));
  const present = store
    .list(refs.endpointSlices, namespace)
    .find(({ metadata }) => metadata.labels?.[serviceLabel] === name && metadata.labels[managerLabel] === manager);
  const content = { addressType: 'IPv4', endpoints, ports };
  if (!present) {
    store.create(refs.endpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: `${name}-`,
        namespace,
        labels,
        ownerReferences: [controllerReference(service)],
      },
      ...content,
    });
    return;
  }
  store.change(refs.endpointSlices, namespace, present.metadata.name, (object) => {
    object.metadata.labels = labels;
    Object.assign(object, content);
  });
}

function writeEndpoints({ store }: ControllerContext, service: KubeObject, pods: readonly KubeObject[]): void {
  const { name, namespace = 'default', labels = {} } = service.metadata;
  const address = (pod: KubeObject) => ({
    ip: pod.status?.podIP,
    ...hostnameOf(service, pod),
    nodeName: pod.spec?.nodeName,
    targetRef: targetRef(pod),
  });
  const live = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const ready = live.filter((pod) => isServing(service, pod)).map(address);
  const unready = live.filter((pod) => !isServing(service, pod)).map(address);
  const ports = portsOf(service, live).map(({ port, number }) => ({
    ...(port.name ? { name: port.name } : {}),
    port: number,
    protocol: port.protocol ?? 'TCP',
  }));
  const subset = {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(unready.length > 0 ? { notReadyAddresses: unready } : {}),
    ports,
  };
  const subsets = live.length === 0 ? undefined : [subset];
  if (!store.get(refs.endpoints, namespace, name)) {
    store.create(refs.endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace, labels },
      ...(subsets ? { subsets } : {}),
    });
    return;
  }
  store.change(refs.endpoints, namespace, name, (object) => {
    if (isDeepStrictEqual(object.subsets, subsets)) return;
    if (subsets) object.subsets = subsets;
    else delete object.subsets;
  });
}

/** The Service's ports with the number that each has in the pods; one whose name no pod knows is left out. */
function portsOf({ spec }: KubeObject, pods: readonly KubeObject[]): { port: V1ServicePort; number: number }[] {
  const { ports = [] } = spec as unknown as V1ServiceSpec;
  return ports.flatMap((port) => {
    const target = port.targetPort ?? port.port;
    const number =
      typeof target === 'number'
        ? target
        : pods.map((pod) => namedPort(pod, target)).find((each) => each !== undefined);
    return number === undefined ? [] : [{ port, number }];
  });
}

function namedPort({ spec }: KubeObject, name: string): number | undefined {
  const containers = (spec?.containers ?? []) as V1Container[];
  return containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;
}
