import type { KubeObject } from '../object.ts';
import {
  age,
  column,
  count,
  firstThree,
  items,
  type Loose,
  labels,
  loose,
  nameColumn,
  none,
  type Printer,
  selector,
  text,
  wide,
} from './printer.ts';

export const servicePrinter: Printer = {
  columns: [
    nameColumn,
    column('Type'),
    column('Cluster-IP'),
    column('External-IP'),
    column('Port(s)'),
    column('Age'),
    column('Selector', wide),
  ],
  cells: (object, now) => [
    object.metadata.name,
    text(object.spec?.type),
    text(object.spec?.clusterIP) || none,
    externalAddress(object),
    items(object.spec?.ports).map(servicePort).join(',') || none,
    age(object, now),
    labels(object.spec?.selector),
  ],
};

function servicePort({ port, nodePort, protocol }: Loose): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function externalAddress(object: KubeObject): string {
  const spec = loose(object.spec);
  const given = Array.isArray(spec.externalIPs) ? spec.externalIPs.join(',') : '';
  if (spec.type === 'ExternalName') return text(spec.externalName);
  if (spec.type !== 'LoadBalancer') return given || none;
  const balanced = items(loose(object.status?.loadBalancer).ingress).map(
    ({ ip, hostname }) => text(ip) || text(hostname),
  );
  return [...balanced, ...(given === '' ? [] : [given])].join(',') || '<pending>';
}

export const endpointsPrinter: Printer = {
  columns: [nameColumn, column('Endpoints'), column('Age')],
  cells: (object, now) => {
    const all = items(object.subsets).flatMap(({ addresses, ports }) => {
      const numbers = items(ports).map(({ port }) => text(port));
      return items(addresses).flatMap(({ ip }) =>
        numbers.length === 0 ? [text(ip)] : numbers.map((port) => `${ip}:${port}`),
      );
    });
    return [object.metadata.name, firstThree(all, (rest) => ` + ${rest} more...`), age(object, now)];
  },
};

export const endpointSlicePrinter: Printer = {
  columns: [nameColumn, column('AddressType'), column('Ports'), column('Endpoints'), column('Age')],
  cells: (object, now) => {
    const ports = items(object.ports).map(({ port }) => text(port) || '*');
    const addresses = items(object.endpoints).flatMap((each) =>
      Array.isArray(each.addresses) ? each.addresses.map(text) : [],
    );
    return [
      object.metadata.name,
      text(object.addressType),
      ports.length === 0 ? '<unset>' : firstThree(ports, (rest) => ` + ${rest} more...`),
      addresses.length === 0 ? '<unset>' : firstThree(addresses, (rest) => ` + ${rest} more...`),
      age(object, now),
    ];
  },
};

export const ingressPrinter: Printer = {
  columns: [nameColumn, column('Class'), column('Hosts'), column('Address'), column('Ports'), column('Age')],
  cells: (object, now) => {
    const hosts = items(object.spec?.rules).map(({ host }) => text(host) || '*');
    const addresses = items(loose(object.status?.loadBalancer).ingress).map(
      ({ ip, hostname }) => text(ip) || text(hostname),
    );
    return [
      object.metadata.name,
      text(object.spec?.ingressClassName) || none,
      hosts.length === 0 ? '*' : firstThree(hosts, (rest) => ` + ${rest} more...`),
      addresses.join(','),
      items(object.spec?.tls).length > 0 ? '80, 443' : '80',
      age(object, now),
    ];
  },
};

export const networkPolicyPrinter: Printer = {
  columns: [nameColumn, column('Pod-Selector'), column('Age')],
  cells: (object, now) => [object.metadata.name, selector(object.spec?.podSelector), age(object, now)],
};

export const leasePrinter: Printer = {
  columns: [nameColumn, column('Holder'), column('Age')],
  cells: (object, now) => [object.metadata.name, text(object.spec?.holderIdentity), age(object, now)],
};

/** How many keys a ConfigMap or Secret holds. */
export function dataCount(object: KubeObject): number {
  return Object.keys(loose(object.data)).length + count(Object.keys(loose(object.binaryData)).length);
}
