import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { kubeconfig } from '../embedded/kubernetes/kubeconfig.ts';
import { startTestApi, type TestApi } from '../embedded/kubernetes/testing/api.ts';
import { put, refs } from '../embedded/kubernetes/testing/cluster.ts';
import { loadManifests } from '../embedded/manifests.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { isGitOps, takenBy } from './flux.ts';
import { clusterObjects, kindLabel, labelled, programNames } from './objects.ts';
import { readMark, writeMark } from './record.ts';
import { refuseUnlessScratch } from './refuse.ts';
import { removeObjects } from './remove.ts';

const migration = loadMigration('migration.yaml');
const manifests = await loadManifests();
const patience = { progress: () => {}, signal: new AbortController().signal };
const namespace = (name: string, labels = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

let api: TestApi;
let cluster: Cluster;

beforeAll(async () => {
  api = await startTestApi();
  put(api.cluster.store, namespace('kube-system'));
  cluster = await openCluster(api.kubeconfigFile, 'scratch', patience.signal);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const refused = (of: Migration = migration) => refuseUnlessScratch(cluster, of, manifests).then(() => '', String);

describe('a cluster is refused', () => {
  test.each(['timescaledb', 'sensors'])('that has a namespace %s which no replica made', async (name) => {
    put(api.cluster.store, namespace(name));
    expect(await refused()).toMatch(new RegExp(`namespaces that no replica made \\(${name}\\)`));
    api.cluster.store.delete(refs.namespaces, undefined, name);
  });

  test('that a live target names by the same address', async () => {
    const live = { kind: 'live', timeScale: 1, kubeconfig: api.kubeconfigFile } as const;
    expect(await refused({ ...migration, targets: { home: live } })).toContain(
      'the target home in migration.yaml, which is live',
    );
  });

  test('that a live target names by another address', async () => {
    const other = `${api.kubeconfigFile}-by-name`;
    const contexts = [{ name: 'home', token: api.config().getCurrentUser()?.token ?? '' }];
    const { url, caPem } = api.server;
    await writeFile(other, kubeconfig({ url: url.replace('127.0.0.1', 'localhost'), caPem, contexts }));
    const live = { kind: 'live', timeScale: 1, kubeconfig: other } as const;
    expect(await refused({ ...migration, targets: { home: live } })).toContain('which is live');
  });

  test('whose Flux has a repository of the same name', async () => {
    const repository = manifests.find(({ kind }) => kind === 'GitRepository');
    if (!repository) throw new Error('the manifests have a GitRepository');
    put(api.cluster.store, namespace('flux-system'), repository);
    expect(await refused()).toContain('no replica made (GitRepository flux-system)');
    await cluster.remove(repository);
    await cluster.apply(labelled(repository, 'scratch'));
    expect(await refused()).toBe('');
    await cluster.remove(repository);
  });

  test('that has no default StorageClass', async () => {
    const storageClasses = { group: 'storage.k8s.io', resource: 'storageclasses' };
    const [original] = api.cluster.store.list(storageClasses);
    if (!original) throw new Error('the test’s cluster has a StorageClass');
    api.cluster.store.delete(storageClasses, undefined, original.metadata.name);
    expect(await refused()).toContain('no default StorageClass (it has: none)');
    const { name, annotations = {} } = original.metadata;
    api.cluster.store.create(storageClasses, { ...original, metadata: { name, annotations } });
  });
});

describe('a cluster is taken', () => {
  test('that is empty, though a live target that does not answer is configured', async () => {
    expect(await refused()).toBe('');
  });

  test('whose namespaces a replica made', async () => {
    put(api.cluster.store, namespace('timescaledb', { [kindLabel]: 'scratch' }));
    expect(await refused()).toBe('');
    api.cluster.store.delete(refs.namespaces, undefined, 'timescaledb');
  });
});

test('an API server takes every object, and takes it again', async () => {
  const programs = new Map(programNames(manifests).map((name) => [name, `// ${name}`]));
  const { objects } = clusterObjects(manifests, { kind: 'scratch', images: new Map(), timeScale: 30, programs });
  for (const object of [...objects, ...objects]) await cluster.apply(object);
  expect(await removeObjects(cluster, patience)).toBe(true);
  expect(await removeObjects(cluster, patience)).toBe(false);
}, 60_000);

describe('a cluster with Flux', () => {
  const gitServer = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'git', namespace: 'flux-system' },
    spec: { ports: [{ port: 80 }] },
  };
  const takes = async () => {
    const said: string[] = [];
    return { taken: await takenBy(cluster, manifests, (step) => said.push(step)), said };
  };

  test('and the Git server that the manifests name takes all but Flux’s namespace, which is not the replica’s', async () => {
    put(api.cluster.store, namespace('flux-system'), gitServer);
    const { taken, said } = await takes();
    expect(said).toEqual([]);
    expect(taken.filter(({ kind }) => kind === 'GitRepository')).toHaveLength(1);
    expect(taken.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'flux-system')).toEqual([]);
    api.cluster.store.delete(refs.services, 'flux-system', 'git');
  });

  test('and without it takes nothing of GitOps, and that is said', async () => {
    const { taken, said } = await takes();
    expect(taken.filter(isGitOps)).toEqual([]);
    expect(said).toEqual([expect.stringContaining('no Git server (Service flux-system/git)')]);
  });
});

describe('what a replica leaves in its cluster', () => {
  beforeEach(async () => {
    const mark = {
      complete: true,
      state: 'before-phase5',
      timeScale: 30,
      standIns: ['a:1 for b:2', 'c:1 for d:2'],
    } as const;
    await writeMark(cluster, 'scratch', mark);
  });

  test('says what it is', async () => {
    expect(await readMark(cluster)).toEqual({
      kind: 'scratch',
      complete: true,
      state: 'before-phase5',
      timeScale: 30,
      standIns: ['a:1 for b:2', 'c:1 for d:2'],
    });
  });

  test('is removed whole, and nothing else is', async () => {
    put(api.cluster.store, namespace('mine'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine', namespace: 'kube-system' },
      data: {},
    });
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'telemetry-verifier' },
      rules: [],
    };
    const inside = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'inside', namespace: 'timescaledb' },
      data: {},
    };
    for (const object of [namespace('timescaledb'), role, inside]) await cluster.apply(labelled(object, 'scratch'));

    expect(await removeObjects(cluster, patience)).toBe(true);

    const names = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name);
    expect(names).toEqual(expect.arrayContaining(['kube-system', 'mine']));
    expect(names).not.toContain('timescaledb');
    expect(await cluster.list('rbac.authorization.k8s.io/v1', 'ClusterRole', kindLabel)).toEqual([]);
    expect(await cluster.list('rbac.authorization.k8s.io/v1', 'Role', kindLabel)).toEqual([]);
    expect(await readMark(cluster)).toBeUndefined();
    expect(
      (await cluster.core.readNamespacedConfigMap({ namespace: 'kube-system', name: 'mine' })).metadata?.name,
    ).toBe('mine');
    expect(await removeObjects(cluster, patience)).toBe(false);
  });
});
