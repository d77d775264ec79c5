import type { V1Endpoint, V1Pod, V1Service } from '@kubernetes/client-node';
import { Unobservable } from '../unobservable.ts';
import { ifExists } from './answer.ts';
import type { ReadOnlyKube } from './kube.ts';
import type { PodPort } from './tunnel.ts';

export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

/**
 * The ready pod behind a Service and the pod's own port, as kube-proxy would choose them: by the Service's
 * EndpointSlices, which hold the port that targetPort means for these endpoints, by number or by name.
 * Throws `Unobservable('no-ready-pod')` that says which pods there are and why they are not ready.
 */
export async function readyPod(kube: ReadOnlyKube, address: ServicePort): Promise<PodPort> {
  const { namespace, service: name } = address;
  const service = await ifExists(kube.core.readNamespacedService({ namespace, name }));
  if (service === undefined) throw await noService(kube, address);
  const port = service.spec?.ports?.find((candidate) => candidate.port === address.port);
  if (port === undefined) throw noPort(service, address);
  const slices = await kube.discovery.listNamespacedEndpointSlice({
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  for (const slice of slices.items) {
    const target = slice.ports?.find((candidate) => (candidate.name ?? '') === (port.name ?? ''))?.port;
    const pod = slice.endpoints?.find(isReady)?.targetRef?.name;
    if (target !== undefined && pod !== undefined) return { namespace, pod, port: target };
  }
  throw await noReadyPod(kube, address, service);
}

/** A condition that is not given counts as ready (EndpointConditions in discovery/v1). */
function isReady(endpoint: V1Endpoint): boolean {
  return endpoint.conditions?.ready !== false && endpoint.targetRef?.kind === 'Pod';
}

function nameOf({ namespace, service, port }: ServicePort): string {
  return `Service ${namespace}/${service}:${port}`;
}

async function noService(kube: ReadOnlyKube, address: ServicePort): Promise<Unobservable> {
  const { items } = await kube.core.listNamespacedService({ namespace: address.namespace });
  const others = items.map((item) => item.metadata?.name).join(', ');
  const found = others === '' ? 'the namespace has no Service' : `the namespace has: ${others}`;
  return new Unobservable('no-ready-pod', `${nameOf(address)} does not exist; ${found}`, {
    hint: `kubectl -n ${address.namespace} get services; compare with migration.yaml`,
  });
}

function noPort(service: V1Service, address: ServicePort): Unobservable {
  const ports = service.spec?.ports?.map((port) => port.port).join(', ') || 'none';
  return new Unobservable('no-ready-pod', `${nameOf(address)} does not have this port; its ports: ${ports}`, {
    hint: `kubectl -n ${address.namespace} describe service ${address.service}; compare with migration.yaml`,
  });
}

async function noReadyPod(kube: ReadOnlyKube, address: ServicePort, service: V1Service): Promise<Unobservable> {
  const selector = Object.entries(service.spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const labelSelector = selector.join(',');
  const { items } = await kube.core.listNamespacedPod({ namespace: address.namespace, labelSelector });
  const pods = items.map((pod) => `${pod.metadata?.name} ${whyNotReady(pod)}`).join('; ');
  const found = items.length === 0 ? `no pod has the labels ${labelSelector}` : pods;
  return new Unobservable('no-ready-pod', `${nameOf(address)} has no ready pod: ${found}`, {
    hint: `kubectl -n ${address.namespace} get pods${labelSelector === '' ? '' : ` -l ${labelSelector}`}`,
  });
}

/** In words: `is Running, container timescaledb is waiting (CrashLoopBackOff)`. */
function whyNotReady(pod: V1Pod): string {
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const reasons = containers.flatMap(({ name, ready, state }) => {
    const { waiting, terminated } = state ?? {};
    if (waiting) return [`container ${name} is waiting (${waiting.reason ?? 'no reason given'})`];
    if (terminated && terminated.exitCode !== 0) return [`container ${name} ended with ${terminated.exitCode}`];
    return ready || terminated ? [] : [`container ${name} is not ready`];
  });
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) reasons.push(unscheduled.message ?? 'it is not scheduled');
  const phase = pod.metadata?.deletionTimestamp ? 'is being deleted' : `is ${pod.status?.phase ?? 'in no phase'}`;
  return [phase, ...reasons].join(', ');
}
