import { isIP } from 'node:net';
import type { ServiceRef } from '../../config/schema.ts';
import { Unobservable } from '../../unobservable.ts';
import type { ReadOnlyKube } from '../kube.ts';
import { readyPod } from '../service.ts';
import type { Address } from '../target.ts';

/**
 * Where a name that a broker advertises leads, as a program in Kafka's own namespace would resolve it:
 * `service`, `service.namespace`, `service.namespace.svc[.cluster.local]`, `pod.service.namespace[.svc…]`. A loopback
 * address means the broker's pod itself, a pod's IP that pod. Throws `Unobservable('unreachable')` for any other.
 */
export async function brokerAddress(
  kube: ReadOnlyKube,
  kafka: ServiceRef,
  host: string,
  port: number,
): Promise<Address> {
  const { namespace } = kafka;
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) {
    const { pod } = await readyPod(kube, kafka);
    return { namespace, pod, port };
  }
  if (isIP(host) !== 0) {
    const { items } = await kube.core.listNamespacedPod({ namespace });
    const pod = items.find(({ status }) => status?.podIP === host)?.metadata?.name;
    if (pod !== undefined) return { namespace, pod, port };
    throw outside(kafka, host, port, `no pod in namespace ${namespace} has this address`);
  }
  return (
    inClusterName(host, port, namespace) ??
    Promise.reject(outside(kafka, host, port, 'it is no name within the cluster'))
  );
}

function inClusterName(host: string, port: number, ownNamespace: string): Address | undefined {
  const [name = '', ...qualifiers] = host.replace(/\.$/, '').split('.');
  const svc = qualifiers.indexOf('svc');
  const [first, second, ...others] = svc === -1 ? qualifiers : qualifiers.slice(0, svc);
  if (others.length > 0) return undefined;
  if (first === undefined) return { namespace: ownNamespace, service: name, port };
  if (second === undefined) return { namespace: first, service: name, port };
  return { namespace: second, pod: name, port };
}

function outside(kafka: ServiceRef, host: string, port: number, why: string): Unobservable {
  return new Unobservable(
    'unreachable',
    `Kafka on ${kafka.namespace}/${kafka.service} advertises ${host}:${port}: ${why}`,
    {
      hint: 'give the broker a listener that is advertised by its Service name (advertised.listeners, advertised_kafka_api)',
    },
  );
}
