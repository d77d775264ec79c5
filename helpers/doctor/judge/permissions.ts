import { count, list } from '../../judge/words.ts';
import type { PermissionSight, Sights } from '../observed.ts';
import { type DoctorFinding, seen, unseen, unseenFinding } from './finding.ts';

/** What stays unseen without it. */
const purposes: Readonly<Record<string, string>> = {
  pods: 'workloads, restarts and what is behind a Service',
  'pods/log': 'logs',
  'pods/portforward': 'whatever goes through a tunnel: broker, databases, MQTT, Redpanda Connect',
  services: 'what is behind a Service',
  endpointslices: 'what is behind a Service',
  deployments: 'workloads',
  statefulsets: 'workloads',
  replicasets: 'which Deployment a pod belongs to',
  jobs: 'migrations',
  secrets: 'credentials',
  namespaces: 'which cluster this is, and whether the old namespaces are there',
  daemonsets: 'old workloads, and who reads the old system',
  cronjobs: 'old workloads, and who reads the old system',
  configmaps: 'what a rollback needs, and who reads the old system',
  ingresses: 'who reads the old system',
  kustomizations: 'what Flux applies, and who reads the old system',
  helmreleases: 'who reads the old system',
  persistentvolumeclaims: 'what holds the old data',
  persistentvolumes: 'what holds the old data',
  nodes: 'whether the old images are still there',
  gitrepositories: 'what Flux applies',
};

/** A rule that is missing, and where. */
export interface MissingRule {
  readonly namespaces: readonly string[];
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly verbs: readonly string[];
}

export function permissionFindings({ permissions, mayDoAll }: Sights): DoctorFinding[] {
  const [failure] = permissions.flatMap(({ allowed }) => unseen(allowed) ?? []);
  const unasked = permissions.filter(({ allowed }) => 'unseen' in allowed).length;
  const granted = permissions.filter(({ allowed }) => seen(allowed)).length;
  const rules = missingRules(permissions);
  return [
    ...(granted === permissions.length
      ? [finding('ok', 'permissions', `all ${granted} that verify needs are granted`)]
      : granted > 0
        ? [finding('ok', 'permissions', `${granted} of the ${permissions.length} that verify needs are granted`)]
        : []),
    ...rules.map(missingFinding),
    ...(failure === undefined
      ? []
      : [unseenFinding('permissions', `${count(unasked, 'permission')} could not be asked for`, failure)]),
    ...(seen(mayDoAll)
      ? [
          finding(
            'warning',
            'permissions',
            'this user may do everything in the cluster; verify only reads, and wants a user that can do no more',
          ),
        ]
      : []),
  ];
}

/** What is not granted, as few rules as it takes; the same rule in several namespaces is one. */
export function missingRules(permissions: readonly PermissionSight[]): MissingRule[] {
  const missing = permissions.filter(({ allowed }) => seen(allowed) === false).map(({ need }) => need);
  const ofOneResource = merged(missing, ({ namespace, group, resource, name }) => [
    namespace,
    group,
    resource,
    name,
  ]).map((needs) => ({ needs, verbs: distinct(needs.map(({ verb }) => verb)) }));
  const overNamespaces = merged(ofOneResource, ({ needs: [need], verbs }) => [
    need?.group,
    need?.resource,
    need?.name,
    verbs,
  ]).map((rules) => ({
    rules,
    needs: rules.flatMap(({ needs }) => needs),
    verbs: rules[0]?.verbs ?? [],
    namespaces: distinct(rules.flatMap(({ needs }) => needs.map(({ namespace }) => namespace))),
  }));
  return merged(overNamespaces, ({ needs: [need], verbs, namespaces }) => [
    need?.group,
    need?.name ?? '',
    verbs,
    namespaces,
  ]).map((rules) => {
    const needs = rules.flatMap((rule) => rule.needs);
    return {
      namespaces: rules[0]?.namespaces ?? [],
      apiGroup: needs[0]?.group ?? '',
      resources: distinct(needs.map(({ resource }) => resource)),
      resourceNames: distinct(needs.flatMap(({ name }) => name ?? [])),
      verbs: rules[0]?.verbs ?? [],
    };
  });
}

function missingFinding(rule: MissingRule): DoctorFinding {
  const { resources, resourceNames, verbs, namespaces } = rule;
  const what = [list(resources), ...resourceNames].join(' ');
  const hidden = distinct(resources.flatMap((resource) => purposes[resource] ?? []));
  const where = isOfCluster(rule)
    ? 'in a ClusterRole'
    : `in a Role in ${namespaces.length > 1 ? 'each of these namespaces' : namespaces[0]}`;
  const text = `may not ${list(verbs)} ${isOfCluster(rule) ? what : `${what} in ${list(namespaces, 20)}`}; hides ${list(hidden)}`;
  return { ...finding('unseen', 'permission', text), fix: `${where}: ${ruleText(rule)}` };
}

/** As it stands in a list of rules. */
export function ruleText({ apiGroup, resources, resourceNames, verbs }: MissingRule): string {
  const names = resourceNames.length === 0 ? '' : `, resourceNames: [${resourceNames.join(', ')}]`;
  const group = apiGroup === '' ? '""' : apiGroup;
  return `- { apiGroups: [${group}], resources: [${resources.join(', ')}]${names}, verbs: [${verbs.join(', ')}] }`;
}

/** A namespace by its name is an object of the cluster, and so is what is looked for everywhere: no Role can grant it. */
function isOfCluster({ resources, namespaces }: MissingRule): boolean {
  return resources.includes('namespaces') || namespaces.includes('');
}

function finding(level: DoctorFinding['level'], subject: string, text: string): DoctorFinding {
  return { group: 'permissions', level, subject, text };
}

function merged<T>(items: readonly T[], key: (item: T) => unknown): T[][] {
  return [...Map.groupBy(items, (item) => JSON.stringify(key(item))).values()];
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
