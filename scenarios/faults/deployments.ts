import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { FaultTarget } from './fault.ts';
import type { Planting } from './planting.ts';

export interface DeploymentRef {
  readonly namespace: string;
  readonly name: string;
}

/** Sets a member of a Deployment by its JSON pointer, and plants the way back. */
export async function setInDeployment(
  { apps }: FaultTarget,
  { undo }: Planting,
  deployment: DeploymentRef,
  pointer: string,
  value: unknown,
): Promise<void> {
  const before = at(await apps.readNamespacedDeployment({ ...deployment }), pointer);
  const write = (to: unknown) =>
    apps.patchNamespacedDeployment({
      ...deployment,
      body: [{ op: to === undefined ? 'remove' : 'add', path: pointer, value: to }],
    });
  undo(() => write(before));
  await write(value);
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
