import { oldNamespaces } from '../../helpers/config/old-system.ts';
import { podsOf, setInDeployment } from './deployments.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';
import { changeClusterRights, takeRights, verifierRole } from './rights.ts';

/** A pod of this image does nothing and stays: what is looked at is what its Deployment says. */
const inputImage = 'telemetry-replica/mqtt-input:1';
/** It never runs: what it names is what is looked for. */
const dashboardImage = 'grafana/grafana:12.3.0';

const inputs = { namespace: 'mqtt-input', name: 'mqtt-input' };

export const oldSystemFaults: readonly Fault[] = [
  {
    name: 'old-name-wrong',
    title:
      'an old workload is called otherwise than migration.yaml says: whoever scales it by that name changes nothing',
    phase: 'phase2',
    expects: ['P2.named-exist', 'P2.nothing-unlisted'],
    plant: (target) => planting((steps) => renamed(target, steps)),
  },
  {
    name: 'old-name-wrong-at-cutover',
    title: 'the cutover scaled a name that does not exist, its error thrown away, and the workload runs on',
    phase: 'phase5',
    expects: ['P5.scaled-down', 'P5.stays-down', 'P5.rollback-ready'],
    entails: ['P5.no-old-writer'],
    plant: (target) => planting((steps) => renamed(target, steps)),
  },
  {
    name: 'old-workload-unlisted',
    title: 'an old workload runs in a namespace that nobody listed',
    phase: 'phase2',
    expects: ['P2.nothing-unlisted'],
    plant: (target) =>
      planting(async (steps) => {
        await deployed(target, steps, { namespace: 'sensors', name: 'mqtt-input-v3' }, [
          { name: 'TOPIC_ENERGY', value: 'energy-realtime' },
        ]);
      }),
  },
  {
    name: 'dashboard-reads-old',
    title: 'a dashboard still reads the old system’s HTTP API',
    phase: 'phase4',
    expects: ['P4.no-live-consumer'],
    plant: (target) => planting((steps) => dashboard(target, steps)),
  },
  {
    name: 'dashboard-reads-old-early',
    title: 'a dashboard still reads the old system’s HTTP API, seen when the old resources are listed',
    phase: 'phase2',
    expects: ['P2.no-live-consumer'],
    plant: (target) => planting((steps) => dashboard(target, steps)),
  },
  {
    name: 'dashboard-reads-old-late',
    title: 'a dashboard still reads the old system’s HTTP API when that is about to be deleted',
    phase: 'ready-phase8',
    expects: ['P8.no-consumer'],
    plant: (target) => planting((steps) => dashboard(target, steps)),
  },
  {
    name: 'old-claim-unused',
    title: 'a volume claim of an old namespace is mounted by nobody',
    phase: 'phase2',
    expects: ['P2.data-holders'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const place = { namespace: inputs.namespace, name: 'forgotten' };
        undo(() => target.core.deleteNamespacedPersistentVolumeClaim(place));
        await target.core.createNamespacedPersistentVolumeClaim({
          namespace: place.namespace,
          body: {
            metadata: { name: place.name },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        });
      }),
  },
  {
    name: 'old-workload-down-early',
    title: 'an old workload is down while both systems should run',
    phase: 'phase3',
    expects: ['P3.both-run'],
    entails: ['P3.old-flows', 'P3.agreement', 'P3.days'],
    plant: (target) => planting((steps) => scaled(target, steps, inputs, 0)),
  },
  {
    name: 'state-changed-since',
    title: 'an old workload was scaled after the state was captured',
    phase: 'phase4',
    expects: ['P4.state'],
    plant: (target) => planting((steps) => scaled(target, steps, inputs, 2)),
  },
  rollbackSecretMissing('phase4', 'P4.rollback-ready'),
  rollbackSecretMissing('phase5', 'P5.rollback-ready'),
  {
    name: 'old-scaled-back',
    title: 'an old input is scaled back after the cutover, and writes again',
    phase: 'phase5',
    expects: ['P5.scaled-down', 'P5.stays-down', 'P5.no-old-writer'],
    plant: (target) =>
      planting(async (steps) => {
        await scaled(target, steps, inputs, 1);
        await steps.until('its pod to run', async () => {
          const pods = await podsOf(target, inputs);
          return pods.some(({ status }) => status?.phase === 'Running') ? undefined : `${pods.length} pods`;
        });
      }),
  },
  {
    name: 'namespace-terminating',
    title: 'an old namespace is stuck Terminating: something in it has a finalizer',
    phase: 'phase8',
    expects: ['P8.namespaces-gone'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        const name = inputs.namespace;
        const held = { namespace: name, name: 'held' };
        await target.core.createNamespace({ body: { metadata: { name } } });
        await target.core.createNamespacedConfigMap({
          namespace: name,
          body: { metadata: { name: held.name, finalizers: ['example.com/hold'] }, data: {} },
        });
        undo(async () => {
          await target.core.patchNamespacedConfigMap({
            ...held,
            body: [{ op: 'remove', path: '/metadata/finalizers' }],
          });
        });
        await target.core.deleteNamespace({ name });
        await until('the namespace to say what holds it', async () => {
          const { status } = await target.core.readNamespace({ name });
          const said = status?.conditions?.some(({ message }) => message?.includes('example.com/hold'));
          return said ? undefined : `${status?.phase}`;
        });
      }),
  },
  {
    name: 'old-data-deleted',
    title: 'the old database was deleted with the rest',
    phase: 'phase8',
    expects: ['P8.data-kept'],
    entails: ['P8.no-orphans', 'P8.final-backup'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        const database = { namespace: 'heatpump-mqtt', name: 'timescaledb' };
        const before = await target.apps.readNamespacedStatefulSet(database);
        const { name, labels } = before.metadata ?? {};
        undo(() =>
          target.apps.createNamespacedStatefulSet({
            namespace: database.namespace,
            body: { metadata: { name, labels }, spec: before.spec } as never,
          }),
        );
        await target.apps.deleteNamespacedStatefulSet(database);
        await until('its pod to be gone', async () => {
          const pods = await podsOf(target, database);
          return pods.length === 0 ? undefined : `${pods.length} pods`;
        });
      }),
  },
  {
    name: 'old-binding-left',
    title: 'a ClusterRoleBinding for an account of a deleted namespace is left behind',
    phase: 'phase8',
    expects: ['P8.no-orphans'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const name = 'old-mqtt-input';
        undo(() => target.rbac.deleteClusterRoleBinding({ name }));
        await target.rbac.createClusterRoleBinding({
          body: {
            metadata: { name },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
            subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: inputs.namespace }],
          },
        });
      }),
  },
  {
    name: 'old-volume-deletes',
    title: 'the volume of the old data goes when its claim does',
    phase: 'ready-phase8',
    expects: ['P8.data-safe'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const { items } = await target.core.listPersistentVolume();
        const name = items.find(({ spec }) => spec?.claimRef?.namespace === 'heatpump-mqtt')?.metadata?.name ?? '';
        const set = (value: string) =>
          target.core.patchPersistentVolume({
            name,
            body: [{ op: 'replace', path: '/spec/persistentVolumeReclaimPolicy', value }],
          });
        undo(() => set('Retain'));
        await set('Delete');
      }),
  },
  {
    name: 'rolled-back-halfway',
    title: 'after the rollback an old input is still down',
    phase: 'rollback',
    expects: ['R.old-runs'],
    entails: ['R.old-flows', 'R.gap'],
    plant: (target) => planting((steps) => scaled(target, steps, inputs, 0)),
  },
  {
    name: 'old-still-up-at-the-end',
    title: 'an old workload runs although the migration is said to be complete',
    phase: 'complete',
    expects: ['C.old-down'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const name = inputs.namespace;
        undo(() => target.core.deleteNamespace({ name }));
        await target.core.createNamespace({ body: { metadata: { name } } });
        await granted(target, name);
        await target.apps.createNamespacedDeployment({ namespace: name, body: idle(inputs, []) });
      }),
  },
  ...['phase2', 'phase4'].map((phase) =>
    withoutEverywhere(
      `no-permission-everywhere-${phase}`,
      phase,
      phase === 'phase2'
        ? ['P2.nothing-unlisted', 'P2.no-live-consumer', 'P2.data-holders']
        : ['P4.no-live-consumer', 'P4.rollback-ready'],
    ),
  ),
  withoutEverywhere('no-permission-everywhere-ready', 'ready-phase8', ['P8.no-consumer', 'P8.data-safe']),
  withoutOld('no-permission-old-names', 'phase2', ['P2.named-exist']),
  withoutOld('no-permission-old-state', 'phase4', ['P4.state', 'P4.rollback-ready', 'P4.flux', 'P4.no-live-consumer']),
  withoutOld('no-permission-old-both', 'phase3', ['P3.both-run']),
  withoutOld('no-permission-old-down', 'phase5', ['P5.scaled-down', 'P5.stays-down', 'P5.rollback-ready']),
  withoutOld('no-permission-old-kept', 'phase8', ['P8.data-kept', 'P8.no-orphans']),
  withoutNamespaces('phase8', ['P8.namespaces-gone', 'P8.no-orphans']),
  withoutNamespaces('complete', ['C.old-down']),
];

/** The Deployment under another name: as a cluster is whose operator remembers it wrongly. */
async function renamed(target: FaultTarget, { undo, until }: Planting): Promise<void> {
  const { metadata, spec } = await target.apps.readNamespacedDeployment(inputs);
  const other = { namespace: inputs.namespace, name: 'mqtt-input-main' };
  const create = (name: string) =>
    target.apps.createNamespacedDeployment({
      namespace: inputs.namespace,
      body: { metadata: { name, labels: metadata?.labels ?? {} }, spec } as never,
    });
  undo(() => create(inputs.name));
  await target.apps.deleteNamespacedDeployment(inputs);
  undo(() => target.apps.deleteNamespacedDeployment(other));
  await create(other.name);
  await until('the old name to be gone', async () => {
    const { items } = await target.apps.listNamespacedDeployment({ namespace: inputs.namespace });
    const names = items.map((item) => item.metadata?.name);
    return names.includes(inputs.name) ? names.join(', ') : undefined;
  });
}

async function dashboard(target: FaultTarget, steps: Planting): Promise<void> {
  const env = [{ name: 'API_URL', value: 'http://redpanda-sink.redpanda-sink:8080/latest' }];
  await deployed(target, steps, { namespace: 'sensors', name: 'dashboard' }, env, dashboardImage);
}

/** A Deployment without pods: what it names is what is looked for. */
async function deployed(
  target: FaultTarget,
  { undo }: Planting,
  place: { readonly namespace: string; readonly name: string },
  env: readonly { readonly name: string; readonly value: string }[],
  image = inputImage,
): Promise<void> {
  undo(() => target.apps.deleteNamespacedDeployment(place));
  await target.apps.createNamespacedDeployment({ namespace: place.namespace, body: idle(place, env, image) });
}

function idle(
  { name }: { readonly name: string },
  env: readonly { readonly name: string; readonly value: string }[],
  image = inputImage,
) {
  const labels = { app: name };
  const containers = [{ name, image, env: [...env] }];
  return {
    metadata: { name, labels },
    spec: {
      replicas: name === inputs.name ? 1 : 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

async function scaled(
  target: FaultTarget,
  steps: Planting,
  deployment: { readonly namespace: string; readonly name: string },
  replicas: number,
): Promise<void> {
  await setInDeployment(target, steps, deployment, '/spec/replicas', replicas);
}

function rollbackSecretMissing(phase: string, criterion: string): Fault {
  return {
    name: `rollback-secret-missing-${phase}`,
    title: 'a Secret that an old workload needs was deleted: it would not start again',
    phase,
    expects: [criterion],
    plant: (target) =>
      planting(async ({ undo }) => {
        const place = { namespace: 'redpanda-sink', name: 'database-credentials' };
        const { metadata, data, type } = await target.core.readNamespacedSecret(place);
        undo(() =>
          target.core.createNamespacedSecret({
            namespace: place.namespace,
            body: { metadata: { name: place.name, labels: metadata?.labels ?? {} }, data, type } as never,
          }),
        );
        await target.core.deleteNamespacedSecret(place);
      }),
  };
}

/** The verifier may list nothing outside the namespaces that it has Roles in. */
function withoutEverywhere(name: string, phase: string, obstructs: readonly string[]): Fault {
  return {
    name,
    title: 'the verifier may look at no namespace but those with a Role of its own',
    phase,
    expects: [],
    obstructs,
    entails: ['P2.nothing-unlisted', 'P2.no-live-consumer', 'P2.data-holders'],
    plant: (target) =>
      planting((steps) =>
        changeClusterRights(target, steps, (rules) => rules.filter(({ verbs }) => !verbs.includes('list'))),
      ),
  };
}

/** The verifier may look at nothing in the old namespaces. */
function withoutOld(name: string, phase: string, obstructs: readonly string[]): Fault {
  return {
    name,
    title: 'the verifier may not look into the old namespaces',
    phase,
    expects: [],
    obstructs,
    entails: [
      'P2.data-holders',
      'P2.no-live-consumer',
      'P2.nothing-unlisted',
      'P2.owners',
      'P3.old-flows',
      'P3.agreement',
      'P3.columns',
      'P3.devices',
      'P3.days',
      'P4.state',
      'P4.rollback-ready',
      'P5.no-old-writer',
      'P5.scaled-down',
      'P5.stays-down',
      'P5.rollback-ready',
    ],
    plant: (target) =>
      planting((steps) => {
        const isTaken = (resource: string) => resource === 'deployments' || resource === 'statefulsets';
        const old = new Set(oldNamespaces(target.migration));
        return takeRights(target, steps, isTaken, (namespace) => old.has(namespace));
      }),
  };
}

/** The verifier may look into no namespace that has no Role of its own, as the old ones once they are gone. */
function withoutNamespaces(phase: string, obstructs: readonly string[]): Fault {
  return {
    name: `no-permission-namespaces-${phase}`,
    title: `the verifier may not ask whether the old namespaces are there (${phase})`,
    phase,
    expects: [],
    obstructs,
    entails: ['P8.data-kept', 'P7.volumes', 'C.resources'],
    plant: (target) =>
      planting((steps) =>
        changeClusterRights(target, steps, (rules) =>
          rules.filter(({ resourceNames }) => resourceNames?.includes('kube-system')),
        ),
      ),
  };
}

/** As the account has it in a namespace that is there: whoever makes one again applies it again. */
async function granted({ rbac }: FaultTarget, namespace: string): Promise<void> {
  const rules = ['deployments', 'statefulsets', 'replicasets', 'daemonsets'].map((resource) => ({
    apiGroups: ['apps'],
    resources: [resource],
    verbs: ['list'],
  }));
  const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
  await rbac.createNamespacedRole({ namespace, body: { metadata: { name: verifierRole }, rules: [...rules, pods] } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata: { name: verifierRole },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: verifierRole },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'verify' }],
    },
  });
}
