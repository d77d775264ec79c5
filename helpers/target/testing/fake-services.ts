import { type Answer, json, statusBody } from './fake-api.ts';

interface FakePod {
  readonly name: string;
  readonly ready: boolean;
  readonly ip?: string;
  readonly status?: object;
}

export interface FakeService {
  readonly port: number;
  /** The pod's own port, as the EndpointSlice holds it. */
  readonly targetPort: number;
  readonly portName?: string;
  readonly pods: readonly FakePod[];
}

/** Answers for Services (by `namespace/name`), their EndpointSlices and pods, as they are at the time of asking. */
export function fakeServices(services: Readonly<Record<string, FakeService>>): Answer {
  return (response, url) => {
    const [, , , , namespace, plural = '', name] = url.pathname
      .replace('/apis/discovery.k8s.io/v1', '/api/v1')
      .split('/');
    const selected = url.searchParams.get('labelSelector')?.split('=')[1];
    const inNamespace = Object.entries(services).filter(([key]) => key.startsWith(`${namespace}/`));
    const service = services[`${namespace}/${name ?? selected}`];
    if (plural === 'services' && name === undefined) {
      return json(response, 200, { items: inNamespace.map(([key]) => ({ metadata: { name: key.split('/')[1] } })) });
    }
    if (plural === 'pods') {
      const pods = service?.pods ?? inNamespace.flatMap(([, { pods: all }]) => all);
      return json(response, 200, { items: pods.map(podObject) });
    }
    if (service === undefined) {
      return json(response, 404, statusBody(404, 'NotFound', `services "${name}" not found`, { name }));
    }
    if (plural === 'services') return json(response, 200, serviceObject(service, name ?? ''));
    return json(response, 200, { items: [sliceObject(service)] });
  };
}

function serviceObject({ port, portName }: FakeService, name: string): object {
  return {
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port, name: portName, targetPort: 'named' }] },
  };
}

function sliceObject({ targetPort, portName, pods }: FakeService): object {
  return {
    addressType: 'IPv4',
    ports: [{ name: portName ?? '', port: targetPort }],
    endpoints: pods.map(({ name, ready, ip }) => ({
      addresses: [ip ?? '10.0.0.1'],
      conditions: { ready },
      targetRef: { kind: 'Pod', name },
    })),
  };
}

function podObject({ name, ip, status }: FakePod): object {
  return { metadata: { name }, status: { phase: 'Running', podIP: ip, ...status } };
}
