import { count } from '../../helpers/judge/words.ts';
import type { FaultTarget } from '../faults/fault.ts';

/** What an operator does by hand. Nothing here is taken back: the scenario's end puts back what it finds changed. */
export interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

const kustomizations = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  namespace: 'flux-system',
  plural: 'kustomizations',
};

/** `flux suspend kustomization NAME`, or `flux resume`. */
export async function suspendOwner({ custom }: FaultTarget, name: string, suspend: boolean): Promise<void> {
  const body = [{ op: 'add', path: '/spec/suspend', value: suspend }];
  await custom.patchNamespacedCustomObject({ ...kustomizations, name, body });
}

/** `kubectl scale deployment NAME --replicas N -n NAMESPACE` */
export async function scale({ apps }: FaultTarget, deployment: DeploymentName, replicas: number): Promise<void> {
  const body = [{ op: 'add', path: '/spec/replicas', value: replicas }];
  await apps.patchNamespacedDeploymentScale({ ...deployment, body });
}

/** Undefined when so many of its replicas are ready, and no other pod is left; else how many are. */
export async function notReady(
  { apps, core }: FaultTarget,
  deployment: DeploymentName,
  replicas: number,
): Promise<string | undefined> {
  const { spec, status } = await apps.readNamespacedDeployment({ ...deployment });
  const labels = Object.entries(spec?.selector.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  const { items } = await core.listNamespacedPod({ namespace: deployment.namespace, labelSelector: labels.join(',') });
  const ready = status?.readyReplicas ?? 0;
  const isSo = spec?.replicas === replicas && ready === replicas && items.length === replicas;
  return isSo ? undefined : `${ready} of ${spec?.replicas} ready, ${count(items.length, 'pod')}`;
}

/** `kubectl scale statefulset NAME --replicas N -n NAMESPACE` */
export async function scaleStatefulSet({ apps }: FaultTarget, place: DeploymentName, replicas: number): Promise<void> {
  const body = [{ op: 'add', path: '/spec/replicas', value: replicas }];
  await apps.patchNamespacedStatefulSetScale({ ...place, body });
}

/** Has one of the house's sensors fall silent, or with '' all of them report. */
export async function setSensors({ apps }: FaultTarget, silent: string): Promise<void> {
  const sensors = { namespace: 'sensors', name: 'sensors' };
  const { spec } = await apps.readNamespacedDeployment(sensors);
  const env = spec?.template.spec?.containers[0]?.env ?? [];
  const value = env.map((each) => (each.name === 'SILENT_SENSORS' ? { ...each, value: silent } : each));
  const body = [{ op: 'add', path: '/spec/template/spec/containers/0/env', value }];
  await apps.patchNamespacedDeployment({ ...sensors, body });
}
