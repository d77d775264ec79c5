import type { KubeObject } from '../kubernetes/object.ts';

/** Of Flux 2.7. */
export const controllerImages = {
  source: 'ghcr.io/fluxcd/source-controller:v1.7.3',
  kustomize: 'ghcr.io/fluxcd/kustomize-controller:v1.7.2',
};

/** What `flux install` brings, as far as a replica has it; on a real cluster it is there or not. */
export function fluxControllers(): readonly KubeObject[] {
  const labels = { app: 'source-controller' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'source-controller', namespace: 'flux-system', labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    deployment('source-controller', controllerImages.source, [{ name: 'http', containerPort: 9090 }]),
    deployment('kustomize-controller', controllerImages.kustomize, []),
  ];
}

function deployment(name: string, image: string, ports: readonly object[]): KubeObject {
  const labels = { app: name };
  const resources = { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '1Gi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'flux-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 10, containers: [{ name: 'manager', image, ports, resources }] },
      },
    },
  };
}
