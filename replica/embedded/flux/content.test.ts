import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../kubernetes/object.ts';
import { resourceOf } from '../kubernetes/resources.ts';
import { createObjectStore } from '../kubernetes/store.ts';
import { loadManifests } from '../manifests.ts';
import { applyObjects, inventoryEntry, prune } from './apply.ts';
import { BuildError, build } from './build.ts';
import { gitopsFiles, ownerOf } from './content.ts';
import { goDuration, pacedInterval } from './duration.ts';
import { gitopsAsOf, gitopsStage, isKustomization, oldApps } from './stage.ts';

const manifests = await loadManifests();
const files = gitopsFiles(manifests, gitopsStage('before-phase5'));
const kustomizations = manifests.filter(isKustomization);
const named = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
const pathOf = ({ spec }: KubeObject) => String(spec?.path);
const defined = (text = '') => parseAllDocuments(text).flatMap((document) => document.toJS()?.metadata?.name ?? []);

test.each(kustomizations.map((each) => [each.metadata.name, each] as const))(
  'under the path of %s Git holds what the manifests hold for it',
  (_, kustomization) => {
    const own = manifests.filter((object) => ownerOf(object, manifests) === kustomization);
    expect(build(files, pathOf(kustomization)).map(named).sort()).toEqual(own.map(named).sort());
    expect(own.length).toBeGreaterThan(0);
  },
);

test('no secret lies in Git', () => {
  expect([...files.values()].filter((text) => /^kind: Secret$/m.test(text))).toEqual([]);
});

test('in phase 6 the old applications are comments, in phase 8 their directories are gone', () => {
  const apps = 'gitops/clusters/homelab/apps.yaml';
  const [before, after, cleaned] = (['after-phase5', 'after-phase6', 'after-phase8'] as const).map((state) =>
    gitopsFiles(manifests, gitopsStage(state)),
  );
  expect(defined(before?.get(apps))).toEqual(expect.arrayContaining([...oldApps]));
  expect(defined(after?.get(apps)).filter((name) => oldApps.has(name))).toEqual([]);
  expect(defined(after?.get(apps))).toHaveLength(defined(before?.get(apps)).length - oldApps.size);
  expect(after?.get(apps)).toContain('#   name: mqtt-input\n');
  expect([...(after?.keys() ?? [])].filter((file) => file.includes('/mqtt-input/'))).not.toEqual([]);
  expect([...(cleaned?.keys() ?? [])].filter((file) => file.includes('/mqtt-input/'))).toEqual([]);
});

test('the old Kustomizations are suspended before they are deleted', () => {
  const [input] = kustomizations.filter(({ metadata }) => metadata.name === 'mqtt-input');
  if (input === undefined) throw new Error('no mqtt-input');
  expect(gitopsAsOf('before-phase5', input)?.spec).toMatchObject({ suspend: true });
  expect(gitopsAsOf('after-phase6', input)).toBeUndefined();
});

const owner = { namespace: 'flux-system', name: 'mosquitto' };

function clusterWith(objects: readonly KubeObject[]) {
  const store = createObjectStore({ now: () => new Date() });
  applyObjects(store, objects, owner);
  return store;
}

test('applying again what stands changes nothing, for everything that Git holds', () => {
  for (const kustomization of kustomizations) {
    const objects = build(files, pathOf(kustomization));
    const namespaces = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))].map(
      (name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    );
    const store = clusterWith([...namespaces, ...objects]);
    expect(applyObjects(store, objects, owner)).toEqual([]);
  }
});

test('what is drifted is put back, what says that it is to be left alone is left alone', () => {
  const objects = build(files, './gitops/apps/homelab/mosquitto');
  const store = clusterWith(objects);
  const deployments = { group: 'apps', resource: 'deployments' };
  const scale = (annotations: Record<string, string>) =>
    store.change(deployments, 'mosquitto', 'mosquitto', (object) => {
      object.spec = { ...object.spec, replicas: 0 };
      object.metadata.annotations = annotations;
    });
  scale({});
  expect(applyObjects(store, objects, owner)).toEqual(['Deployment/mosquitto/mosquitto configured']);
  expect(store.get(deployments, 'mosquitto', 'mosquitto')?.spec?.replicas).toBe(1);
  scale({ 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' });
  expect(applyObjects(store, objects, owner)).toEqual([]);
  expect(store.get(deployments, 'mosquitto', 'mosquitto')?.spec?.replicas).toBe(0);
});

test('pruning leaves what another applies by now, and what is marked to stay', () => {
  const objects = build(files, './gitops/apps/homelab/mosquitto').filter(({ kind }) => kind !== 'Namespace');
  const store = clusterWith([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mosquitto' } }, ...objects]);
  const [service, deployment] = ['Service', 'Deployment'].map((kind) => objects.find((each) => each.kind === kind));
  if (service === undefined || deployment === undefined) throw new Error('mosquitto has no Service or no Deployment');
  applyObjects(store, [service], { namespace: 'flux-system', name: 'another' });
  store.change({ group: 'apps', resource: 'deployments' }, 'mosquitto', 'mosquitto', ({ metadata }) => {
    metadata.annotations = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
  });
  prune(store, objects.map(inventoryEntry), owner);
  const left = objects.filter((object) => {
    const type = resourceOf(object);
    return type && store.get(type, object.metadata.namespace, object.metadata.name);
  });
  expect(left.map(named).sort()).toEqual(['Deployment mosquitto/mosquitto', 'Service mosquitto/mosquitto']);
});

test.each([
  ['a member that it does not know', new Map([['a/kustomization.yaml', 'helmCharts: []\n']]), 'helmCharts'],
  ['a resource that is not there', new Map([['a/kustomization.yaml', 'resources: [b.yaml]\n']]), 'b.yaml'],
  ['a file that is no YAML', new Map([['a/b.yaml', 'a: [\n']]), 'MalformedYAMLError'],
  ['a document that is no object', new Map([['a/b.yaml', 'a: 1\n']]), 'missing'],
  ['a circle', new Map([['a/kustomization.yaml', 'resources: [../a]\n']]), 'cycle'],
  ['a path that is not there', new Map([['b/c.yaml', '']]), 'no such file or directory'],
])('%s is refused in words, and builds nothing', (_, tree, words) => {
  expect(() => build(tree, './a')).toThrow(BuildError);
  expect(() => build(tree, './a')).toThrow(words);
});

test.each([
  ['10m0s', 30, '20s'],
  ['1m0s', 30, '5s'],
  ['3s', 30, '3s'],
  ['10m0s', 1, '10m0s'],
  ['often', 30, 'often'],
])('%s at %d times life is %s', (given, timeScale, paced) => expect(pacedInterval(given, timeScale)).toBe(paced));

test('an interval is read as Go writes it', () => {
  expect(goDuration('1h2m3.5s')).toBe(3_723_500);
  expect(goDuration('10')).toBeUndefined();
});
