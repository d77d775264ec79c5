import type { V1PolicyRule } from '@kubernetes/client-node';
import type { FaultTarget } from './fault.ts';
import type { Planting } from './planting.ts';

/** The name of the verifier's ClusterRole, and of its Role in each namespace: deploy/rbac.yaml. */
export const verifierRole = 'telemetry-verifier';

type Change = (rules: readonly V1PolicyRule[]) => readonly V1PolicyRule[];

/** Changes what the verifier may do in the whole cluster, and plants the way back. */
export async function changeClusterRights({ rbac }: FaultTarget, { undo }: Planting, change: Change): Promise<void> {
  const { rules = [] } = await rbac.readClusterRole({ name: verifierRole });
  const write = (value: readonly V1PolicyRule[]) =>
    rbac.patchClusterRole({ name: verifierRole, body: [{ op: 'replace', path: '/rules', value }] });
  undo(() => write(rules));
  await write(change(rules));
}

/** Changes what the verifier may do in a namespace by its Role there, and plants the way back. */
export async function changeRights(
  { rbac }: FaultTarget,
  { undo }: Planting,
  namespace: string,
  change: Change,
): Promise<void> {
  const role = { namespace, name: verifierRole };
  const { rules = [] } = await rbac.readNamespacedRole(role);
  const write = (value: readonly V1PolicyRule[]) =>
    rbac.patchNamespacedRole({ ...role, body: [{ op: 'replace', path: '/rules', value }] });
  undo(() => write(rules));
  await write(change(rules));
}

/** The rules without some of their resources; one of which nothing is left goes. */
export function withoutResources(
  rules: readonly V1PolicyRule[],
  isTaken: (resource: string, rule: V1PolicyRule) => boolean,
): V1PolicyRule[] {
  return rules
    .map((rule) => ({ ...rule, resources: (rule.resources ?? []).filter((resource) => !isTaken(resource, rule)) }))
    .filter(({ resources }) => resources.length > 0);
}
