import { missingRules, ruleText } from '../../helpers/doctor/judge/permissions.ts';
import type { Need } from '../../helpers/doctor/observed.ts';

/** The account: `system:serviceaccount:verify:reader`. */
const account = { namespace: 'verify', name: 'reader' };
const role = 'telemetry-verifier';
const rbacGroup = 'rbac.authorization.k8s.io';

const heading = `# What verify and doctor may do: read, and forward ports. No write verb, no exec, no Secret but the verifier's own by name.
# Printed by npm run rbac from what migration.yaml names: change that, and print it again.`;

/** Namespace, ServiceAccount, Roles and bindings that grant the needs and nothing else, as YAML. */
export function manifest(needs: readonly Need[]): string {
  const ofCluster = needs.filter(isOfCluster);
  const byNamespace = Map.groupBy(
    needs.filter((need) => !isOfCluster(need)),
    ({ namespace }) => namespace,
  );
  const documents = [
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${account.namespace} }`,
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${account.name}, namespace: ${account.namespace} }`,
    grant('ClusterRole', `name: ${role}`, ofCluster),
    binding('ClusterRole', `name: ${role}`),
    ...[...byNamespace].flatMap(([namespace, own]) => {
      const metadata = `name: ${role}, namespace: ${namespace}`;
      return [grant('Role', metadata, own), binding('Role', metadata)];
    }),
  ];
  return `${heading}\n${documents.join('\n---\n')}\n`;
}

/** A namespace by its name is an object of the cluster, and so is what is looked for in all of them. */
function isOfCluster({ resource, namespace }: Need): boolean {
  return resource === 'namespaces' || namespace === '';
}

function grant(kind: 'ClusterRole' | 'Role', metadata: string, needs: readonly Need[]): string {
  const rules = missingRules(needs.map((need) => ({ need, allowed: { seen: false } })));
  const lines = rules.map((rule) => `  ${ruleText(rule)}`);
  return [`apiVersion: ${rbacGroup}/v1`, `kind: ${kind}`, `metadata: { ${metadata} }`, 'rules:', ...lines].join('\n');
}

function binding(kind: 'ClusterRole' | 'Role', metadata: string): string {
  const { namespace, name } = account;
  return `apiVersion: ${rbacGroup}/v1
kind: ${kind}Binding
metadata: { ${metadata} }
roleRef: { apiGroup: ${rbacGroup}, kind: ${kind}, name: ${role} }
subjects: [{ kind: ServiceAccount, name: ${name}, namespace: ${namespace} }]`;
}
