import type { ServiceRef } from '../config/schema.ts';
import { type Fact, known, unknown } from './fact.ts';
import type { FoundService, FoundWorkload, Stack } from './stack.ts';

/**
 * The Service that a program in a namespace reaches by an address: `tcp://host:port`, `host:port` or `host`, where the
 * host is `service`, `service.namespace`, `pod.service.namespace`, with or without `.svc…`.
 */
export function serviceAt(
  address: string,
  usualPort: number,
  ownNamespace: string,
  services: readonly FoundService[],
): Fact<ServiceRef> {
  const [, host = '', port] = /^(?:\w+:\/\/)?([\w.-]+?)\.?(?::(\d+))?$/.exec(address) ?? [];
  const parts = host.replace(/\.svc(\..*)?$/, '').split('.');
  const [service, namespace = ownNamespace] = parts.length > 2 ? parts.slice(-2) : parts;
  const found = services.find((each) => each.name === service && each.namespace === namespace);
  if (found === undefined) return unknown(`${address} is the name of no Service in this cluster`);
  return known({ namespace, service: found.name, port: Number(port ?? usualPort) });
}

/** The workload whose pods a Service selects. */
export function workloadBehind({ namespace, service }: ServiceRef, stack: Stack): FoundWorkload | undefined {
  const selector = Object.entries(stack.services.find((each) => isNamed(each, namespace, service))?.selector ?? {});
  if (selector.length === 0) return undefined;
  return stack.workloads.find(
    (workload) =>
      workload.namespace === namespace && selector.every(([label, value]) => workload.labels[label] === value),
  );
}

function isNamed(service: FoundService, namespace: string, name: string): boolean {
  return service.namespace === namespace && service.name === name;
}
