import { oldNamespaces } from '../config/old-system.ts';
import type { Migration } from '../config/schema.ts';
import type { Need } from './observed.ts';

/**
 * The permissions that verify and the doctor use by what migration.yaml names, and no more: `npm run rbac` makes the
 * Roles of an operator from it, and a test holds it to what both ask of the API server.
 *
 * @param env where both variables of a credential are set, its Secret is not read
 */
export function needs(migration: Migration, env: NodeJS.ProcessEnv): Need[] {
  const { workloads, connect, databases, mqtt, kafka } = migration.new;
  const services = [
    mqtt,
    kafka,
    ...Object.values(databases),
    migration.old.database,
    ...(migration.prometheus === undefined ? [] : [migration.prometheus]),
  ];
  const ofNew = [...workloads, ...Object.values(connect)];
  const dialled = [...services, ...Object.values(connect)];
  return unique([
    { namespace: 'kube-system', group: '', resource: 'namespaces', name: 'kube-system', verb: 'get' },
    ...[...ofNew, ...migration.old.workloads].flatMap(({ namespace }) => [
      ...each(['list'], { namespace, group: '', resource: 'pods' }),
      ...['deployments', 'statefulsets', 'replicasets'].flatMap((resource) =>
        each(['list'], { namespace, group: 'apps', resource }),
      ),
    ]),
    ...ofNew.flatMap(({ namespace }) => each(['get'], { namespace, group: '', resource: 'pods/log' })),
    // For `npm run diagnose gaps`: what may keep one program of the new system from reaching the next.
    ...ofNew.flatMap(({ namespace }) =>
      each(['list'], { namespace, group: 'networking.k8s.io', resource: 'networkpolicies' }),
    ),
    ...services.flatMap(({ namespace }) => [
      // The list names what there is instead of a Service that is not there.
      ...each(['get', 'list'], { namespace, group: '', resource: 'services' }),
      ...each(['list'], { namespace, group: 'discovery.k8s.io', resource: 'endpointslices' }),
      // Why no pod behind a Service is ready stands in its pods, whatever else is observed there.
      ...each(['list'], { namespace, group: '', resource: 'pods' }),
    ]),
    // Newer API servers ask for create whatever the tunnel is opened with.
    ...dialled.flatMap(({ namespace }) =>
      each(['get', 'create'], { namespace, group: '', resource: 'pods/portforward' }),
    ),
    ...Object.values(databases).flatMap(({ namespace, migrationJob: name }) =>
      each(['get'], { namespace, group: 'batch', resource: 'jobs', name }),
    ),
    ...migration.backup.cronJobs.flatMap(({ namespace }) =>
      ['cronjobs', 'jobs'].flatMap((resource) => each(['list'], { namespace, group: 'batch', resource })),
    ),
    ...secretNeeds(migration, env),
    ...oldSystemNeeds(migration),
    ...gitopsNeeds(migration),
    ...resourceNeeds(migration),
  ]);
}

/** What is in the whole cluster, and by no namespace: what a ClusterRole grants. */
const everywhere = '';

function oldSystemNeeds(migration: Migration): Need[] {
  const namespaces = oldNamespaces(migration);
  return [
    ...namespaces.flatMap((namespace) => [
      ...['pods', 'configmaps', 'persistentvolumeclaims'].flatMap((resource) =>
        each(['list'], { namespace, group: '', resource }),
      ),
      ...['deployments', 'statefulsets', 'daemonsets'].flatMap((resource) =>
        each(['list'], { namespace, group: 'apps', resource }),
      ),
      ...each(['list'], { namespace, group: 'batch', resource: 'cronjobs' }),
      { namespace, group: '', resource: 'namespaces', name: namespace, verb: 'get' },
    ]),
    ...migration.old.secrets.flatMap(({ namespace, name }) =>
      each(['get'], { namespace, group: '', resource: 'secrets', name }),
    ),
    // Who reads the old system may be anywhere.
    ...['pods', 'services', 'configmaps', 'nodes', 'persistentvolumes'].flatMap((resource) =>
      each(['list'], { namespace: everywhere, group: '', resource }),
    ),
    ...['deployments', 'statefulsets', 'daemonsets'].flatMap((resource) =>
      each(['list'], { namespace: everywhere, group: 'apps', resource }),
    ),
    ...each(['list'], { namespace: everywhere, group: 'batch', resource: 'cronjobs' }),
    ...each(['list'], { namespace: everywhere, group: 'networking.k8s.io', resource: 'ingresses' }),
    ...each(['list'], { namespace: everywhere, group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' }),
    ...each(['list'], { namespace: everywhere, group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' }),
    ...each(['list'], { namespace: everywhere, group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' }),
  ];
}

function gitopsNeeds({ gitops: { none, namespace, repository }, old }: Migration): Need[] {
  if (none !== undefined) return [];
  return [
    ...each(['list'], { namespace, group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' }),
    ...each(['list'], { namespace, group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories' }),
    ...old.dataNamespaces.flatMap((data) =>
      ['persistentvolumeclaims', 'pods'].flatMap((resource) =>
        each(['list'], { namespace: data, group: '', resource }),
      ),
    ),
    ...each(['list'], { namespace: everywhere, group: '', resource: 'persistentvolumes' }),
    // What Flux has fetched is read where its own controllers read it.
    ...(repository === undefined
      ? [
          ...each(['list'], { namespace, group: '', resource: 'pods' }),
          ...each(['get', 'list'], { namespace, group: '', resource: 'services' }),
          ...each(['list'], { namespace, group: 'discovery.k8s.io', resource: 'endpointslices' }),
          ...each(['get', 'create'], { namespace, group: '', resource: 'pods/portforward' }),
        ]
      : []),
  ];
}

/** What the new system uses of its memory and of its volumes; of the old one for `npm run diagnose resources`. */
function resourceNeeds({ new: { workloads, databases }, old }: Migration): Need[] {
  return [
    ...old.workloads.flatMap(({ namespace }) =>
      each(['list'], { namespace, group: 'metrics.k8s.io', resource: 'pods' }),
    ),
    ...workloads.flatMap(({ namespace }) => each(['list'], { namespace, group: 'metrics.k8s.io', resource: 'pods' })),
    ...Object.values(databases)
      .filter(({ claim }) => claim !== undefined)
      .flatMap(({ namespace }) => [
        ...each(['list'], { namespace, group: '', resource: 'persistentvolumeclaims' }),
        ...each(['list'], { namespace: everywhere, group: '', resource: 'persistentvolumes' }),
      ]),
  ];
}

function secretNeeds(migration: Migration, env: NodeJS.ProcessEnv): Need[] {
  const {
    new: { mqtt, databases },
    old,
    prometheus,
    credentials,
  } = migration;
  const names = [mqtt, ...Object.values(databases), old.database].map((user) => user.credentials);
  if (prometheus?.credentials !== undefined) names.push(prometheus.credentials);
  return names.flatMap((entry) => {
    const { secret, env: variables } = credentials[entry] ?? {};
    const isGiven = variables && env[variables.username] && env[variables.password];
    if (secret === undefined || isGiven) return [];
    return each(['get'], { namespace: secret.namespace, group: '', resource: 'secrets', name: secret.name });
  });
}

function each(verbs: readonly string[], need: Omit<Need, 'verb'>): Need[] {
  return verbs.map((verb) => ({ ...need, verb }));
}

function unique(all: readonly Need[]): Need[] {
  return [...new Map(all.map((need) => [Object.values(need).join(' '), need])).values()];
}
