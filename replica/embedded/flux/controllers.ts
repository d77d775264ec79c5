import type { KubeObject } from '../kubernetes/object.ts';
import type { Program } from '../program.ts';
import { imageRepository } from '../programs/catalog.ts';
import { kustomizeController } from './kustomize-controller.ts';
import { type SourceOptions, sourceController } from './source-controller.ts';

/** Of Flux 2.7. */
const images = {
  source: 'ghcr.io/fluxcd/source-controller:v1.7.3',
  kustomize: 'ghcr.io/fluxcd/kustomize-controller:v1.7.2',
};

/** The programs of its controllers, by image: scaled to 0, nothing is reconciled. */
export function fluxPrograms(options: SourceOptions): (image: string) => Program | undefined {
  const programs: Readonly<Record<string, Program>> = {
    [imageRepository(images.source)]: sourceController(options),
    [imageRepository(images.kustomize)]: kustomizeController(options),
  };
  return (image) => programs[imageRepository(image)];
}

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
    deployment('source-controller', images.source, [{ name: 'http', containerPort: 9090 }]),
    deployment('kustomize-controller', images.kustomize, []),
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
