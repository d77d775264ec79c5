import type { V1ObjectMeta } from '@kubernetes/client-node';
import { ownerOf } from '../cluster/templates.ts';
import type { Target } from '../target/target.ts';
import type { OwnedWorkload } from './observed.ts';

/** The Deployments and StatefulSets of a namespace with the Kustomization that applies each. Throws `Unobservable`. */
export async function observeOwned({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<OwnedWorkload[]> {
  const [deployments, statefulSets] = await Promise.all([
    kube.apps.listNamespacedDeployment({ namespace }),
    kube.apps.listNamespacedStatefulSet({ namespace }),
  ]);
  return [
    ...deployments.items.map((item) => owned('Deployment', item)),
    ...statefulSets.items.map((item) => owned('StatefulSet', item)),
  ];
}

function owned(
  kind: OwnedWorkload['kind'],
  { metadata, spec }: { metadata?: V1ObjectMeta; spec?: { replicas?: number } },
): OwnedWorkload {
  const owner = ownerOf(metadata);
  return {
    kind,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    replicas: spec?.replicas ?? 1,
    ...(owner === undefined ? {} : { owner }),
  };
}
