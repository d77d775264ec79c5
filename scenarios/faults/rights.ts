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

/** Changes what the verifier may do by its Roles, and plants the way back: in each namespace that has one and is meant. */
export async function changeRights(
  { rbac }: FaultTarget,
  { undo }: Planting,
  change: Change,
  isMeant: (namespace: string) => boolean = () => true,
): Promise<void> {
  const { items } = await rbac.listRoleForAllNamespaces({ fieldSelector: `metadata.name=${verifierRole}` });
  for (const { metadata, rules = [] } of items) {
    const { namespace = '' } = metadata ?? {};
    if (!isMeant(namespace)) continue;
    const write = (value: readonly V1PolicyRule[]) =>
      rbac.patchNamespacedRole({ namespace, name: verifierRole, body: [{ op: 'replace', path: '/rules', value }] });
    undo(() => write(rules));
    await write(change(rules));
  }
}

/** Takes a resource from the verifier in the whole cluster and in every namespace that is meant. */
export async function takeRights(
  target: FaultTarget,
  steps: Planting,
  isTaken: (resource: string, rule: V1PolicyRule) => boolean,
  isMeant?: (namespace: string) => boolean,
): Promise<void> {
  const change = (rules: readonly V1PolicyRule[]) => withoutResources(rules, isTaken);
  await changeClusterRights(target, steps, change);
  await changeRights(target, steps, change, isMeant);
}

/** The rules without some of their resources; one of which nothing is left goes. */
function withoutResources(
  rules: readonly V1PolicyRule[],
  isTaken: (resource: string, rule: V1PolicyRule) => boolean,
): V1PolicyRule[] {
  return rules
    .map((rule) => ({ ...rule, resources: (rule.resources ?? []).filter((resource) => !isTaken(resource, rule)) }))
    .filter(({ resources }) => resources.length > 0);
}
