import type { Fault, FaultTarget, GitEdits } from './fault.ts';
import { type Planting, planting } from './planting.ts';
import { changeRights } from './rights.ts';

const namespace = 'flux-system';
const root = 'flux-system';
const kustomizations = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', namespace, plural: 'kustomizations' };
const gitRepositories = { group: 'source.toolkit.fluxcd.io', version: 'v1', namespace, plural: 'gitrepositories' };
const appsFile = 'gitops/clusters/homelab/apps.yaml';
const annotations = '/metadata/annotations';
const reconcileDisabled = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
const ownRepository = 'a scratch cluster’s Flux applies a repository that is not the replica’s';
const needsFlux = 'a scratch cluster has Flux only if somebody installed it';

/** What of the old system and of GitOps cannot be seen without Flux’s objects. */
const overFlux = ['P6.kustomizations-gone', 'P6.git-clean', 'P6.flux-ready', 'P6.prune'];

export const gitopsFaults: readonly Fault[] = [
  {
    name: 'owner-not-suspended',
    title: 'Flux scales an old workload back at its next reconcile: its Kustomization is not suspended',
    phase: 'phase4',
    expects: ['P4.flux'],
    embeddedOnly: needsFlux,
    plant: (target) =>
      planting(async (steps) => {
        await suspend(target, steps, 'mqtt-input', false);
        await steps.until('Flux to have reconciled it', () => readiness(target, 'mqtt-input'));
      }),
  },
  {
    name: 'owner-unknown',
    title: 'an old workload is applied by no Kustomization',
    phase: 'phase2',
    expects: ['P2.owners'],
    embeddedOnly: needsFlux,
    plant: (target) =>
      planting(async (steps) => {
        const deployment = { namespace: 'mqtt-input', name: 'mqtt-input' };
        const { metadata } = await target.apps.readNamespacedDeployment(deployment);
        const labels = (value: unknown) =>
          target.apps.patchNamespacedDeployment({
            ...deployment,
            body: [{ op: 'add', path: '/metadata/labels', value }],
          });
        const inventory = await emptyInventory(target, steps, 'mqtt-input');
        steps.undo(() => labels(metadata?.labels));
        await labels({ app: 'mqtt-input' });
        return inventory;
      }),
  },
  {
    name: 'old-kustomization-left',
    title: 'a Kustomization of the old system is left',
    phase: 'phase6',
    expects: ['P6.kustomizations-gone'],
    embeddedOnly: needsFlux,
    plant: (target) =>
      planting(async (steps) => {
        const name = 'mqtt-input';
        const spec = {
          interval: '10m0s',
          path: './gitops/apps/homelab/mqtt-input',
          prune: true,
          suspend: true,
          sourceRef: { kind: 'GitRepository', name: 'flux-system' },
        };
        const body = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name }, spec };
        steps.undo(() => target.custom.deleteNamespacedCustomObject({ ...kustomizations, name }));
        await target.custom.createNamespacedCustomObject({ ...kustomizations, body });
      }),
  },
  {
    name: 'git-still-defines',
    title: 'Git still defines a Kustomization of the old system, and Flux brings it back',
    phase: 'phase6',
    expects: ['P6.git-clean', 'P6.kustomizations-gone'],
    entails: ['P6.flux-ready', 'P6.prune'],
    embeddedOnly: ownRepository,
    plant: (target) =>
      planting(async (steps) => {
        const deployment = { namespace: 'mqtt-input', name: 'mqtt-input' };
        const { spec } = await target.apps.readNamespacedDeployment(deployment);
        const body = [{ op: 'replace', path: '/spec/replicas', value: spec?.replicas }];
        steps.undo(() => target.apps.patchNamespacedDeployment({ ...deployment, body }));
        const blocks = (await text(repository(target), appsFile)).split(/^(?=# ---$)/m);
        const brought = blocks.map((block) =>
          block.includes('#   name: mqtt-input\n') ? block.replace(/^# /gm, '') : block,
        );
        await commit(target, steps, 'oops: bring mqtt-input back', new Map([[appsFile, brought.join('')]]));
        // Taken out of Git again it would take its objects with it.
        steps.undo(() => suspend(target, { ...steps, undo: () => {} }, 'mqtt-input', true));
        await steps.until('Flux to have brought it back', () => readiness(target, 'mqtt-input'));
      }),
  },
  {
    name: 'source-not-ready',
    title: 'the GitRepository cannot be fetched',
    phase: 'phase6',
    expects: ['P6.flux-ready'],
    embeddedOnly: needsFlux,
    plant: (target) =>
      planting(async (steps) => {
        const source = { ...gitRepositories, name: 'flux-system' };
        const { spec } = (await target.custom.getNamespacedCustomObject(source)) as { spec: { url: string } };
        const patch = (body: object[]) => target.custom.patchNamespacedCustomObject({ ...source, body });
        const to = (url: string) => patch([{ op: 'replace', path: '/spec/url', value: url }]);
        // Git says another URL: Flux would put it back.
        steps.undo(() => patch([{ op: 'remove', path: annotations }]));
        await patch([{ op: 'add', path: annotations, value: reconcileDisabled }]);
        steps.undo(() => to(spec.url));
        await to('http://nowhere.flux-system.svc.cluster.local/flux-system.git');
        await steps.until('it to be not Ready', async () => {
          const ready = await condition(target, gitRepositories, 'flux-system');
          return ready?.status === 'False' ? undefined : `Ready is ${ready?.status}`;
        });
      }),
  },
  {
    name: 'revisions-differ',
    title: 'a Kustomization of the new system stays at an older revision than the others',
    phase: 'phase6',
    expects: ['P6.flux-ready'],
    embeddedOnly: ownRepository,
    plant: (target) =>
      planting(async (steps) => {
        await suspend(target, steps, 'timescaledb', true);
        await commit(target, steps, 'docs: say what this is', new Map([['README.md', '# The homelab\n']]));
        await steps.until('the others to have applied it', () => readiness(target, root));
      }),
  },
  {
    name: 'old-database-pruned',
    title: 'Flux has pruned the old database, which a rollback needs',
    phase: 'phase6',
    expects: ['P6.prune'],
    entails: ['P6.flux-ready'],
    embeddedOnly: needsFlux,
    plant: (target) =>
      planting(async (steps) => {
        const database = { namespace: 'heatpump-mqtt', name: 'timescaledb' };
        // Its namespace, and with it its volume, stays: what is planted has to be undone.
        const mark = (body: object[]) => target.core.patchNamespace({ name: database.namespace, body });
        steps.undo(() => mark([{ op: 'remove', path: annotations }]));
        await mark([{ op: 'add', path: annotations, value: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } }]);
        const name = 'heatpump-mqtt';
        // The Kustomization comes back with the next reconcile of the one that applies it, unless this is suspended.
        await suspend(target, steps, root, true);
        await target.custom.deleteNamespacedCustomObject({ ...kustomizations, name });
        await steps.until('the StatefulSet to be gone', async () => {
          const { items } = await target.apps.listNamespacedStatefulSet({ namespace: database.namespace });
          return items.length === 0 ? undefined : 'it is there';
        });
      }),
  },
  {
    name: 'old-directories-left',
    title: 'a directory of an old application is left in the repository',
    phase: 'phase8',
    expects: ['P8.directories-gone'],
    embeddedOnly: ownRepository,
    plant: (target) =>
      planting(async (steps) => {
        const left = 'gitops/apps/base/mqtt-input/kustomization.yaml';
        await commit(target, steps, 'chore: keep it for now', new Map([[left, 'resources: []\n']]));
      }),
  },
  {
    name: 'rollback-undone-by-flux',
    title: 'Flux will scale a rolled back workload to what Git says: the cutover was committed as replicas 0',
    phase: 'rollback',
    expects: ['R.flux'],
    entails: ['R.old-runs', 'R.old-flows'],
    embeddedOnly: ownRepository,
    plant: (target) =>
      planting(async (steps) => {
        const file = 'gitops/apps/base/mqtt-input/deployment.yaml';
        const before = await text(repository(target), file);
        await commit(
          target,
          steps,
          'cutover: mqtt-input to 0',
          new Map([[file, before.replace('replicas: 1', 'replicas: 0')]]),
        );
        // kustomize-controller stands still: the reconcile that undoes the rollback is still to come.
        await scaleController(target, steps, 'kustomize-controller', 0);
        await suspend(target, steps, 'mqtt-input', false);
      }),
  },
  {
    name: 'no-permission-flux',
    title: 'the verifier may not read Kustomizations',
    phase: 'phase6',
    expects: [],
    obstructs: overFlux,
    embeddedOnly: needsFlux,
    plant: withoutFluxRights,
  },
  ...(['phase2', 'phase4', 'phase8', 'rollback'] as const).map(
    (phase): Fault => ({
      name: `no-permission-flux-${phase}`,
      title: `the verifier may not read Kustomizations (${phase})`,
      phase,
      expects: [],
      obstructs: { phase2: ['P2.owners'], phase4: ['P4.flux'], phase8: ['P8.directories-gone'], rollback: ['R.flux'] }[
        phase
      ],
      embeddedOnly: needsFlux,
      plant: withoutFluxRights,
    }),
  ),
  {
    name: 'repository-unreachable',
    title: 'nothing serves what Flux has fetched: source-controller is away',
    phase: 'phase6',
    expects: [],
    obstructs: ['P6.git-clean'],
    entails: ['P6.flux-ready'],
    embeddedOnly: needsFlux,
    plant: (target) => planting((steps) => scaleController(target, steps, 'source-controller', 0)),
  },
];

function withoutFluxRights(target: FaultTarget): Promise<AsyncDisposable> {
  return planting((steps) =>
    changeRights(
      target,
      steps,
      (rules) => rules.filter(({ apiGroups }) => !apiGroups?.some((group) => group.endsWith('.fluxcd.io'))),
      (name) => name === namespace,
    ),
  );
}

async function scaleController(
  target: FaultTarget,
  { undo, until }: Planting,
  name: string,
  replicas: number,
): Promise<void> {
  const deployment = { namespace, name };
  const scale = (value: number) =>
    target.apps.patchNamespacedDeployment({ ...deployment, body: [{ op: 'replace', path: '/spec/replicas', value }] });
  undo(() => scale(1));
  await scale(replicas);
  await until('its pods to be gone', async () => {
    const { items } = await target.core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
    return items.length === replicas ? undefined : `${items.length} pods`;
  });
}

async function suspend(target: FaultTarget, { undo }: Planting, name: string, value: boolean): Promise<void> {
  const of = { ...kustomizations, name };
  const { spec } = (await target.custom.getNamespacedCustomObject(of)) as { spec: { suspend?: boolean } };
  const write = (to: boolean) =>
    target.custom.patchNamespacedCustomObject({ ...of, body: [{ op: 'add', path: '/spec/suspend', value: to }] });
  undo(() => write(spec.suspend ?? false));
  await write(value);
}

/** Takes the objects out of what a suspended Kustomization says that it applies. */
async function emptyInventory(target: FaultTarget, { undo }: Planting, name: string): Promise<void> {
  const of = { ...kustomizations, name };
  const { status } = (await target.custom.getNamespacedCustomObject(of)) as { status: { inventory: object } };
  const write = (value: object) =>
    target.custom.patchNamespacedCustomObjectStatus({
      ...of,
      body: [{ op: 'replace', path: '/status/inventory', value }],
    });
  undo(() => write(status.inventory));
  await write({ entries: [] });
}

function repository({ git }: FaultTarget): GitEdits {
  if (git === undefined) throw new Error('needs the Git repository of an embedded replica');
  return git;
}

async function text(git: GitEdits, path: string): Promise<string> {
  const found = await git.read(path);
  if (found === undefined) throw new Error(`the repository has no ${path}`);
  return found;
}

/** Commits, plants the commit that takes it back, and lets Flux fetch both at once. */
async function commit(
  target: FaultTarget,
  { undo, until }: Planting,
  message: string,
  edits: ReadonlyMap<string, string>,
): Promise<void> {
  const git = repository(target);
  const before = new Map(
    await Promise.all([...edits.keys()].map(async (path) => [path, await git.read(path)] as const)),
  );
  const ask = () =>
    target.custom.patchNamespacedCustomObject({
      ...gitRepositories,
      name: 'flux-system',
      body: [
        {
          op: 'add',
          path: '/metadata/annotations',
          value: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() },
        },
      ],
    });
  undo(async () => {
    await git.commit(`Revert "${message}"`, before);
    await ask();
  });
  const made = await git.commit(message, edits);
  await ask();
  await until('Flux to have fetched it', async () => {
    const { revision } = await artifact(target);
    return revision.endsWith(made) ? undefined : `it has ${revision}`;
  });
}

async function artifact({ custom }: FaultTarget): Promise<{ readonly revision: string }> {
  const source = await custom.getNamespacedCustomObject({ ...gitRepositories, name: 'flux-system' });
  return (source as { status: { artifact: { revision: string } } }).status.artifact;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

async function condition(target: FaultTarget, of: typeof kustomizations, name: string): Promise<Condition | undefined> {
  const found = (await target.custom.getNamespacedCustomObject({ ...of, name })) as {
    status?: { conditions?: Condition[] };
  };
  return found.status?.conditions?.find(({ type }) => type === 'Ready');
}

/** Undefined when a Kustomization is Ready at the revision of its source, else how it stands. */
async function readiness(target: FaultTarget, name: string): Promise<string | undefined> {
  const { items } = (await target.custom.listNamespacedCustomObject(kustomizations)) as {
    items: { metadata: { name: string }; status?: { lastAppliedRevision?: string; conditions?: Condition[] } }[];
  };
  const found = items.find(({ metadata }) => metadata.name === name);
  const { revision } = await artifact(target);
  const ready = found?.status?.conditions?.find(({ type }) => type === 'Ready');
  const applied = found?.status?.lastAppliedRevision;
  if (ready?.status === 'True' && applied === revision) return undefined;
  return found === undefined ? 'it is not there' : `Ready is ${ready?.status} at ${applied}: ${ready?.message}`;
}
