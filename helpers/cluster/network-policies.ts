import type { V1LabelSelector, V1NetworkPolicy } from '@kubernetes/client-node';
import type { Target } from '../target/target.ts';
import type { NetworkPolicyState } from './observed.ts';

/**
 * The NetworkPolicies of a namespace, each with the pods that it selects. A pod that none selects is open; one that is
 * selected is isolated in the directions that the policy is about, but for what the rules of all its policies let through
 * (Kubernetes documentation, Network Policies). Throws `Unobservable` when they cannot be listed.
 */
export async function observeNetworkPolicies(
  { kube }: Pick<Target, 'kube'>,
  namespace: string,
): Promise<NetworkPolicyState[]> {
  const [policies, pods] = await Promise.all([
    kube.networking.listNamespacedNetworkPolicy({ namespace }),
    kube.core.listNamespacedPod({ namespace }),
  ]);
  return policies.items.map((policy) => ({
    namespace,
    name: policy.metadata?.name ?? '',
    pods: pods.items
      .filter(({ metadata }) => selects(policy.spec?.podSelector, metadata?.labels ?? {}))
      .map(({ metadata }) => metadata?.name ?? ''),
    ...directions(policy),
  }));
}

/** Without policyTypes a policy is about ingress, and about egress where it has rules for it. */
function directions({ spec }: V1NetworkPolicy): Pick<NetworkPolicyState, 'ingressRules' | 'egressRules'> {
  const types = spec?.policyTypes ?? ['Ingress', ...(spec?.egress === undefined ? [] : ['Egress'])];
  return {
    ...(types.includes('Ingress') ? { ingressRules: spec?.ingress?.length ?? 0 } : {}),
    ...(types.includes('Egress') ? { egressRules: spec?.egress?.length ?? 0 } : {}),
  };
}

/** A selector without a term selects all. */
function selects(selector: V1LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}
