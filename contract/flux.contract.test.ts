import { AppsV1Api, CoreV1Api, CustomObjectsApi, KubernetesObjectApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeFlux } from '../helpers/gitops/flux.ts';
import type { KustomizationState } from '../helpers/gitops/observed.ts';
import { readTree } from '../helpers/gitops/tree.ts';
import { Dialer } from '../helpers/target/dialer.ts';
import { ReadOnlyKube } from '../helpers/target/kube.ts';
import type { Target } from '../helpers/target/target.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { container } from './containers.ts';
import { fluxSubjects } from './flux-subjects.ts';
import { contract } from './suite.ts';

/** As the suite observes Flux, and what Flux does: cases build on one another. */
const perCase = 60_000;
const source = 'contract';
const group = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' };

contract('Flux', fluxSubjects, (system) => {
  let kube: ReadOnlyKube;
  let target: Target;
  let apps: AppsV1Api;
  let custom: CustomObjectsApi;
  let objects: KubernetesObjectApi;
  let asked = 0;

  beforeAll(async () => {
    const { admin } = system();
    kube = new ReadOnlyKube(admin, { deadlineSeconds: 10 });
    const dialer = new Dialer(kube);
    target = { kube, dial: (address) => dialer.dial(address) } as Target;
    apps = admin.makeApiClient(AppsV1Api);
    custom = admin.makeApiClient(CustomObjectsApi);
    objects = KubernetesObjectApi.makeApiClient(admin);
  });
  afterAll(async () => {
    const { items } = await custom.listNamespacedCustomObject({ ...group, namespace: system().namespace });
    for (const { metadata } of items as { metadata: { name: string } }[])
      await custom.deleteNamespacedCustomObject({ ...group, namespace: system().namespace, name: metadata.name });
    await until('its Kustomizations to be gone', async () => {
      const left = (await observeFlux(target, system().namespace)).kustomizations;
      return left.length === 0 ? undefined : left.map(({ name }) => name).join(', ');
    });
    kube.close();
  }, perCase);

  const until = (what: string, look: () => Promise<string | undefined>) =>
    eventually(
      async () => {
        const instead = await look();
        return instead === undefined ? seen(undefined) : notYet(instead);
      },
      { for: what, within: 45, every: 0.3 },
    );

  function deployment(replicas: number | undefined): string {
    const { namespace } = system();
    const labels = { app: 'applied' };
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container('talker')] } } };
    return JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'applied', namespace },
      spec: replicas === undefined ? spec : { replicas, ...spec },
    });
  }
  const configMap = (name: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: system().namespace }, data: {} });
  const files = (replicas: number | undefined, ...configMaps: string[]) =>
    new Map([
      ['apps/overlay/kustomization.yaml', 'resources: [../base]\n'],
      ['apps/base/kustomization.yaml', JSON.stringify({ resources: ['deployment.yaml', ...configMaps.map((name) => `${name}.yaml`)] })],
      ['apps/base/deployment.yaml', deployment(replicas)],
      ...configMaps.map((name): [string, string] => [`apps/base/${name}.yaml`, configMap(name)]),
    ]);

  async function create(kind: string, name: string, spec: object): Promise<void> {
    const apiVersion = kind === 'Kustomization' ? 'kustomize.toolkit.fluxcd.io/v1' : 'source.toolkit.fluxcd.io/v1';
    const object = { apiVersion, kind, metadata: { name, namespace: system().namespace }, spec };
    await objects.create(object);
  }
  const kustomization = (name: string, path: string) =>
    create('Kustomization', name, { interval: '10m', prune: true, path, sourceRef: { kind: 'GitRepository', name: source } });
  const patch = (name: string, body: object[]) =>
    custom.patchNamespacedCustomObject({ ...group, namespace: system().namespace, name, body });
  const suspend = (name: string, value: boolean) => patch(name, [{ op: 'add', path: '/spec/suspend', value }]);
  const state = async (name: string) => {
    const found = await observeFlux(target, system().namespace);
    return found.kustomizations.find((each) => each.name === name);
  };

  /** As `flux reconcile` does: resolves when Flux has looked. */
  async function reconcile(name: string): Promise<void> {
    const before = Date.now();
    asked += 1;
    const value = { 'reconcile.fluxcd.io/requestedAt': `${before}-${asked}` };
    await patch(name, [{ op: 'add', path: '/metadata/annotations', value }]);
    await until(`${name} to have been reconciled`, async () => {
      const object = await custom.getNamespacedCustomObject({ ...group, namespace: system().namespace, name });
      const { status = {} } = object as { status?: { lastHandledReconcileAt?: string; conditions?: { type: string; status: string }[] } };
      const ready = status.conditions?.find(({ type }) => type === 'Ready');
      const isDone = status.lastHandledReconcileAt === value['reconcile.fluxcd.io/requestedAt'] && ready?.status !== 'Unknown';
      return isDone ? undefined : JSON.stringify(status.conditions);
    });
  }

  async function ready(name: string, revision: string, wanted: KustomizationState['appliedRevision'] = revision) {
    await until(`${name} to be Ready at ${wanted}`, async () => {
      const found = await state(name);
      return found?.ready?.status === 'True' && found.appliedRevision === wanted ? undefined : JSON.stringify(found);
    });
  }
  const replicas = async () =>
    (await apps.readNamespacedDeployment({ name: 'applied', namespace: system().namespace })).spec?.replicas;
  const scale = (value: number) =>
    apps.patchNamespacedDeployment({ name: 'applied', namespace: system().namespace, body: [{ op: 'replace', path: '/spec/replicas', value }] });
  const configMapsThere = async () => {
    const core = system().admin.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedConfigMap({ namespace: system().namespace });
    return items.map(({ metadata }) => metadata?.name).filter((name) => name !== 'kube-root-ca.crt');
  };

  /** Pushes, and resolves with the revision once the source has it. */
  async function push(content: ReadonlyMap<string, string>): Promise<string> {
    const revision = `${system().branch}@sha1:${await system().push(content)}`;
    await custom.patchNamespacedCustomObject({
      group: 'source.toolkit.fluxcd.io',
      version: 'v1',
      plural: 'gitrepositories',
      namespace: system().namespace,
      name: source,
      body: [{ op: 'add', path: '/metadata/annotations', value: { 'reconcile.fluxcd.io/requestedAt': revision } }],
    });
    await fetched(revision);
    return revision;
  }
  const fetched = (revision: string) =>
    until(`the source to be at ${revision}`, async () => {
      const [found] = (await observeFlux(target, system().namespace)).sources;
      return found?.revision === revision && found.ready?.status === 'True' ? undefined : JSON.stringify(found);
    });

  test('a GitRepository is Ready at the revision of its branch, and its files are served to the cluster', async () => {
    const content = files(1, 'one');
    const revision = `${system().branch}@sha1:${await system().push(content)}`;
    await create('GitRepository', source, { interval: '10m', url: system().url, ref: { branch: system().branch } });
    await fetched(revision);
    const [found] = (await observeFlux(target, system().namespace)).sources;
    expect(found).toMatchObject({ name: source, url: system().url, suspended: false, current: true, intervalSeconds: 600 });
    if (found === undefined) throw new Error('no source');
    const tree = await readTree(target, found, undefined);
    expect(tree.revision).toBe(revision);
    expect(Object.fromEntries(tree.files)).toEqual(Object.fromEntries(content));
  }, perCase);

  test('a Kustomization applies a path, labels what it applies and lists it', async () => {
    await kustomization('app', './apps/overlay');
    const [found] = (await observeFlux(target, system().namespace)).sources;
    await ready('app', found?.revision ?? '');
    const { namespace } = system();
    expect((await state('app'))?.inventory.toSorted()).toEqual([`ConfigMap ${namespace}/one`, `Deployment ${namespace}/applied`]);
    const { metadata } = await apps.readNamespacedDeployment({ name: 'applied', namespace });
    expect(metadata?.labels).toMatchObject({
      'kustomize.toolkit.fluxcd.io/name': 'app',
      'kustomize.toolkit.fluxcd.io/namespace': namespace,
    });
    expect(await state('app')).toMatchObject({ prune: true, suspended: false, current: true, finalizers: ['finalizers.fluxcd.io'] });
  }, perCase);

  test('what was scaled to 0 is back after the next reconcile', async () => {
    await scale(0);
    await reconcile('app');
    expect(await replicas()).toBe(1);
  }, perCase);

  test('suspended it stays at 0, and resumed it is back at once', async () => {
    await suspend('app', true);
    await scale(0);
    await patch('app', [{ op: 'add', path: '/metadata/annotations', value: { 'reconcile.fluxcd.io/requestedAt': 'never' } }]);
    const { reconciledAt } = (await state('app')) ?? {};
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await replicas()).toBe(0);
    expect(await state('app')).toMatchObject({ suspended: true, reconciledAt });
    await suspend('app', false);
    await until('the Deployment to be back', async () => ((await replicas()) === 1 ? undefined : 'it is at 0'));
  }, perCase);

  test('what Git leaves out stays as it is', async () => {
    const revision = await push(files(undefined, 'one'));
    await ready('app', revision);
    await scale(0);
    await reconcile('app');
    expect(await replicas()).toBe(0);
  }, perCase);

  test('a new commit is applied, and what it does not hold any more is removed', async () => {
    const revision = await push(files(1, 'two'));
    await ready('app', revision);
    expect(await replicas()).toBe(1);
    await until('the first ConfigMap to be gone', async () => {
      const there = await configMapsThere();
      return there.join() === 'two' ? undefined : there.join();
    });
  }, perCase);

  test('a path that is not there is no empty one: nothing is removed, and Ready says why', async () => {
    await kustomization('lost', './nowhere');
    await until('it to be not Ready', async () => {
      const found = await state('lost');
      return found?.ready?.status === 'False' ? undefined : JSON.stringify(found);
    });
    expect((await state('lost'))?.ready).toMatchObject({ reason: 'ArtifactFailed', message: expect.stringContaining('nowhere') });
    expect((await state('lost'))?.appliedRevision).toBeUndefined();
  }, perCase);

  test('a source that is not there', async () => {
    await create('Kustomization', 'sourceless', {
      interval: '10m',
      prune: true,
      path: './',
      sourceRef: { kind: 'GitRepository', name: 'none' },
    });
    await until('it to be not Ready', async () => {
      const found = await state('sourceless');
      return found?.ready?.status === 'False' ? undefined : JSON.stringify(found);
    });
    expect((await state('sourceless'))?.ready).toMatchObject({ reason: 'ArtifactFailed', message: expect.stringContaining('not found') });
  }, perCase);

  test('a manifest that the API refuses leaves what was applied, and Ready says which', async () => {
    const bad = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Not_A_Name', namespace: system().namespace } });
    await push(new Map([...files(1, 'two'), ['apps/base/two.yaml', bad]]));
    await until('it to be not Ready', async () => {
      const found = await state('app');
      return found?.ready?.status === 'False' ? undefined : JSON.stringify(found?.ready);
    });
    expect((await state('app'))?.ready).toMatchObject({ message: expect.stringContaining('Not_A_Name') });
    expect(await configMapsThere()).toEqual(['two']);
    await ready('app', await push(files(1, 'two')));
  }, perCase);

  test('deleted while suspended it leaves its objects', async () => {
    await suspend('app', true);
    await custom.deleteNamespacedCustomObject({ ...group, namespace: system().namespace, name: 'app' });
    await until('it to be gone', async () => ((await state('app')) === undefined ? undefined : 'it is there'));
    expect(await replicas()).toBe(1);
    expect(await configMapsThere()).toEqual(['two']);
  }, perCase);

  test('deleted with prune it takes its objects with it', async () => {
    await kustomization('app', './apps/overlay');
    const [found] = (await observeFlux(target, system().namespace)).sources;
    await ready('app', found?.revision ?? '');
    await custom.deleteNamespacedCustomObject({ ...group, namespace: system().namespace, name: 'app' });
    await until('its objects to be gone', async () => {
      const there = await configMapsThere();
      return there.length === 0 ? undefined : there.join();
    });
  }, perCase);
});
