import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { FaultTarget } from './fault.ts';
import type { Planting } from './planting.ts';

export interface DeploymentRef {
  readonly namespace: string;
  readonly name: string;
}

/** Flux leaves an object alone that carries it: https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources */
const leftAlone = '/metadata/annotations/kustomize.toolkit.fluxcd.io~1reconcile';

/** Sets a member of a Deployment by its JSON pointer, and plants the way back. Flux would put it back sooner: it is kept out. */
export async function setInDeployment(
  { apps }: FaultTarget,
  { undo }: Planting,
  deployment: DeploymentRef,
  pointer: string,
  value: unknown,
): Promise<void> {
  const before = at(await apps.readNamespacedDeployment({ ...deployment }), pointer);
  const write = (path: string, to: unknown) =>
    apps.patchNamespacedDeployment({
      ...deployment,
      body: [{ op: to === undefined ? 'remove' : 'add', path, value: to }],
    });
  undo(() => write(leftAlone, undefined));
  await write(leftAlone, 'disabled');
  undo(() => write(pointer, before));
  await write(pointer, value);
}

/** What a Deployment's pods are like, by label app; pods that are going count too. */
export async function podsOf({ core }: FaultTarget, { namespace, name }: DeploymentRef): Promise<V1Pod[]> {
  return (await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })).items;
}

/** Undefined when a container of the Deployment's pods is as wanted, else how the containers are. */
export async function someContainer(
  target: FaultTarget,
  deployment: DeploymentRef,
  wanted: (status: V1ContainerStatus) => boolean,
): Promise<string | undefined> {
  const statuses = (await podsOf(target, deployment)).flatMap(({ status }) => status?.containerStatuses ?? []);
  if (statuses.some(wanted)) return undefined;
  return (
    statuses
      .map(({ name, state, restartCount }) => `${name}: ${Object.keys(state ?? {})}, ${restartCount} restarts`)
      .join('; ') || 'no container'
  );
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')], value);
}
