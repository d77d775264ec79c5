import { describe, expect, test } from 'vitest';
import type { KubeObject, WatchEvent } from './object.ts';
import { StatusError } from './status.ts';
import { configMap, deployment, refs, storeWithNamespace } from './testing/cluster.ts';

function failure(act: () => unknown): StatusError {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const pod = (spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'x' },
  spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
});

describe('writes', () => {
  test('every write has a newer resourceVersion, and an unchanged object none', () => {
    const store = storeWithNamespace();
    const created = store.create(refs.configMaps, configMap('a'));
    const changed = store.change(
      refs.configMaps,
      'x',
      'a',
      (object) => void Object.assign(object, { data: { k: 'v' } }),
    );
    const same = store.change(refs.configMaps, 'x', 'a', (object) => void Object.assign(object, { data: { k: 'v' } }));
    expect(Number(changed?.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
    expect(same?.metadata.resourceVersion).toBe(changed?.metadata.resourceVersion);
  });

  test('generation counts changes of spec, not of status or labels', () => {
    const store = storeWithNamespace();
    store.create(refs.deployments, deployment('a'));
    const generation = () => store.get(refs.deployments, 'x', 'a')?.metadata.generation;
    expect(generation()).toBe(1);
    store.change(refs.deployments, 'x', 'a', (object) => void Object.assign(object, { status: { replicas: 1 } }));
    store.change(refs.deployments, 'x', 'a', (object) => void Object.assign(object.metadata, { labels: { b: 'c' } }));
    expect(generation()).toBe(1);
    store.change(refs.deployments, 'x', 'a', (object) => void Object.assign(object.spec ?? {}, { replicas: 2 }));
    expect(generation()).toBe(2);
  });

  test('a stale resourceVersion conflicts, none does not', () => {
    const store = storeWithNamespace();
    const stale = store.create(refs.configMaps, configMap('a'));
    store.update(refs.configMaps, configMap('a', { k: 'v' }));
    const error = failure(() => store.update(refs.configMaps, { ...stale, data: { k: 'w' } }));
    expect(error.toStatus()).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'a', kind: 'configmaps' },
    });
  });

  test('update leaves status to the status subresource, which leaves everything else', () => {
    const store = storeWithNamespace();
    store.create(refs.deployments, deployment('a'));
    store.update(refs.deployments, { ...deployment('a', { replicas: 5 }), status: { replicas: 5 } }, { status: true });
    expect(store.get(refs.deployments, 'x', 'a')).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 5 } });
    store.update(refs.deployments, { ...deployment('a', { replicas: 3 }), status: { replicas: 9 } });
    expect(store.get(refs.deployments, 'x', 'a')).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 5 } });
  });

  test('what is given out cannot be changed by accident', () => {
    const store = storeWithNamespace();
    store.create(refs.configMaps, configMap('a', { k: 'v' }));
    const object = store.get(refs.configMaps, 'x', 'a');
    expect(() => Object.assign(object?.data ?? {}, { k: 'w' })).toThrow(TypeError);
  });

  test('a dry run answers as if it wrote, and writes nothing', () => {
    const store = storeWithNamespace();
    expect(store.create(refs.configMaps, configMap('a'), { dryRun: true }).metadata.uid).toBeDefined();
    expect(store.get(refs.configMaps, 'x', 'a')).toBeUndefined();
  });

  test('an object may be made with a past', () => {
    const store = storeWithNamespace();
    const past = {
      ...configMap('a'),
      metadata: { name: 'a', namespace: 'x', creationTimestamp: '2026-01-01T00:00:00Z' },
    };
    expect(store.create(refs.configMaps, past).metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z');
  });

  test.each([
    ['the same name twice', 409, 'configmaps "taken" already exists', configMap('taken')],
    [
      'a namespace that is not there',
      404,
      'namespaces "y" not found',
      { ...configMap('a'), metadata: { name: 'a', namespace: 'y' } },
    ],
    [
      'no name',
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      configMap(''),
    ],
    ['another kind', 400, 'Pod in version "v1" cannot be handled as a ConfigMap', { ...configMap('a'), kind: 'Pod' }],
  ])('refuses %s', (_, code, message, object) => {
    const store = storeWithNamespace();
    store.create(refs.configMaps, configMap('taken'));
    expect(failure(() => store.create(refs.configMaps, object))).toMatchObject({ code, message });
  });

  test('refuses a selector that does not select its own template, and its change', () => {
    const store = storeWithNamespace();
    const error = failure(() =>
      store.create(refs.deployments, deployment('a', { selector: { matchLabels: { app: 'b' } } })),
    );
    expect(error.message).toBe(
      'Deployment.apps "a" is invalid: spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    );
    store.create(refs.deployments, deployment('a'));
    const other = deployment('a', { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } });
    expect(failure(() => store.update(refs.deployments, other)).message).toContain(
      'spec.selector: Invalid value: {"matchExpressions"',
    );
  });
});

describe('deletion', () => {
  test('a finalizer holds an object until it is taken away', () => {
    const store = storeWithNamespace();
    store.create(refs.configMaps, {
      ...configMap('a'),
      metadata: { name: 'a', namespace: 'x', finalizers: ['keep/me'] },
    });
    expect(store.delete(refs.configMaps, 'x', 'a')?.metadata.deletionTimestamp).toBeDefined();
    expect(store.get(refs.configMaps, 'x', 'a')).toBeDefined();
    store.change(refs.configMaps, 'x', 'a', ({ metadata }) => void delete metadata.finalizers);
    expect(store.get(refs.configMaps, 'x', 'a')).toBeUndefined();
  });

  test('a pod on a node waits for its kubelet, one without a node does not', () => {
    const store = storeWithNamespace({ now: () => new Date('2026-11-01T00:00:00Z') });
    store.create(refs.pods, pod());
    store.delete(refs.pods, 'x', 'p');
    expect(store.get(refs.pods, 'x', 'p')).toBeUndefined();
    store.create(refs.pods, pod({ nodeName: 'node', terminationGracePeriodSeconds: 10 }));
    store.delete(refs.pods, 'x', 'p');
    expect(store.get(refs.pods, 'x', 'p')?.metadata).toMatchObject({
      deletionTimestamp: '2026-11-01T00:00:10Z',
      deletionGracePeriodSeconds: 10,
    });
    store.change(refs.pods, 'x', 'p', (object) => void Object.assign(object, { status: { phase: 'Running' } }));
    expect(store.get(refs.pods, 'x', 'p')).toBeDefined();
    store.delete(refs.pods, 'x', 'p', { gracePeriodSeconds: 0 });
    expect(store.get(refs.pods, 'x', 'p')).toBeUndefined();
  });

  test('a precondition that does not hold conflicts', () => {
    const store = storeWithNamespace();
    store.create(refs.configMaps, configMap('a'));
    expect(failure(() => store.delete(refs.configMaps, 'x', 'a', { preconditions: { uid: 'other' } })).code).toBe(409);
  });

  test('a namespace that is deleted takes nothing new', () => {
    const store = storeWithNamespace();
    store.delete(refs.namespaces, undefined, 'x');
    expect(store.get(refs.namespaces, undefined, 'x')?.status?.phase).toBe('Terminating');
    expect(failure(() => store.create(refs.configMaps, configMap('a'))).message).toBe(
      'configmaps "a" is forbidden: unable to create new content in namespace x because it is being terminated',
    );
  });
});

describe('watches', () => {
  test('every listener hears every write in order, even those that a listener makes', () => {
    const store = storeWithNamespace();
    const heard: string[][] = [[], []];
    const note = (index: number) => (event: WatchEvent) =>
      void heard[index]?.push(`${event.type} ${event.object.metadata.name}`);
    using _a = store.watch(refs.configMaps, (event) => {
      note(0)(event);
      if (event.type === 'ADDED' && event.object.metadata.name === 'a') store.create(refs.configMaps, configMap('b'));
    });
    using _b = store.watch(refs.configMaps, note(1));
    store.create(refs.configMaps, configMap('a'));
    store.delete(refs.configMaps, 'x', 'a');
    const all = ['ADDED a', 'ADDED b', 'DELETED a'];
    expect(heard).toEqual([all, all]);
  });

  test('a watch from a resourceVersion tells what came after it, once', () => {
    const store = storeWithNamespace();
    store.create(refs.configMaps, configMap('a'));
    const since = store.resourceVersion;
    store.create(refs.configMaps, configMap('b'));
    const names: string[] = [];
    using _ = store.watchSince(refs.configMaps, since, ({ object }) => void names.push(object.metadata.name));
    store.create(refs.configMaps, configMap('c'));
    expect(names).toEqual(['b', 'c']);
  });

  test('a resourceVersion from before what is remembered has expired', () => {
    const store = storeWithNamespace({ remembered: 2 });
    const since = store.resourceVersion;
    for (const name of ['a', 'b', 'c', 'd', 'e']) store.create(refs.configMaps, configMap(name));
    expect(failure(() => store.watchSince(refs.configMaps, since, () => {}))).toMatchObject({
      code: 410,
      reason: 'Expired',
    });
  });

  test('one that is disposed hears nothing more', () => {
    const store = storeWithNamespace();
    let heard = 0;
    const watch = store.watch(refs.configMaps, () => {
      heard += 1;
    });
    store.create(refs.configMaps, configMap('a'));
    watch[Symbol.dispose]();
    store.create(refs.configMaps, configMap('b'));
    expect(heard).toBe(1);
  });
});
