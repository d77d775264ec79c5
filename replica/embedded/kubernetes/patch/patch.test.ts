import { describe, expect, test } from 'vitest';
import { resourceType } from '../resources.ts';
import { applyMerge } from './apply.ts';
import { patched, patchTypes } from './patch.ts';
import { strategicMergePatch } from './strategic.ts';

const spec = {
  replicas: 1,
  template: {
    metadata: { labels: { app: 'a' }, annotations: { old: '1' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'main:1',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          args: ['x', 'y'],
        },
        { name: 'side', image: 'side:1' },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  },
};
const strategic = (patch: object) => strategicMergePatch({ spec }, patch) as { spec: typeof spec };
const podOf = (result: { spec: typeof spec }) => result.spec.template.spec;

describe('strategic merge', () => {
  test('kubectl set image changes the container it names and no other', () => {
    const patch = {
      spec: { template: { spec: { $setElementOrder: 1, containers: [{ name: 'side', image: 'side:2' }] } } },
    };
    expect(podOf(strategic(patch)).containers.map(({ image }) => image)).toEqual(['main:1', 'side:2']);
  });

  test('kubectl rollout restart adds its annotation and keeps the others', () => {
    const patch = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } };
    expect(strategic(patch).spec.template.metadata.annotations).toEqual({
      old: '1',
      'kubectl.kubernetes.io/restartedAt': 'now',
    });
  });

  test('an item with $patch: delete goes, one that is new comes, and the order is the one asked for', () => {
    const patch = {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'new' }, { name: 'main' }],
            containers: [
              { name: 'new', image: 'new:1' },
              { name: 'side', $patch: 'delete' },
            ],
          },
        },
      },
    };
    expect(podOf(strategic(patch)).containers.map(({ name }) => name)).toEqual(['new', 'main']);
  });

  test('env merges by name within its container; args are replaced whole', () => {
    const patch = {
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '3' }], args: ['z'] }] } } },
    };
    const [main] = podOf(strategic(patch)).containers;
    expect(main?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '3' },
    ]);
    expect(main?.args).toEqual(['z']);
  });

  test('$retainKeys drops what a changed kind of volume leaves behind', () => {
    const patch = {
      spec: {
        template: {
          spec: { volumes: [{ name: 'data', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] },
        },
      },
    };
    expect(podOf(strategic(patch)).volumes).toEqual([{ name: 'data', configMap: { name: 'c' } }]);
  });

  test('null removes, $patch: replace replaces, and no directive is left in the result', () => {
    const patch = { spec: { replicas: null, template: { metadata: { labels: { $patch: 'replace', b: 'c' } } } } };
    const { template, ...rest } = strategic(patch).spec;
    expect(rest).toEqual({});
    expect(template.metadata.labels).toEqual({ b: 'c' });
  });

  test('finalizers merge as a set, and single ones can be taken away', () => {
    const object = { metadata: { finalizers: ['a', 'b'] } };
    expect(strategicMergePatch(object, { metadata: { finalizers: ['b', 'c'] } })).toEqual({
      metadata: { finalizers: ['a', 'b', 'c'] },
    });
    expect(strategicMergePatch(object, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({
      metadata: { finalizers: ['b'] },
    });
  });

  test('ports of a Service merge by port, of a container by containerPort', () => {
    const service = strategicMergePatch(
      { spec: { ports: [{ port: 1, name: 'a' }] } },
      {
        spec: {
          ports: [
            { port: 2, name: 'b' },
            { port: 1, name: 'c' },
          ],
        },
      },
    );
    expect(service).toEqual({
      spec: {
        ports: [
          { port: 1, name: 'c' },
          { port: 2, name: 'b' },
        ],
      },
    });
    const container = { containers: [{ name: 'm', ports: [{ containerPort: 1, name: 'a' }] }] };
    const patch = { containers: [{ name: 'm', ports: [{ containerPort: 1, name: 'b' }] }] };
    expect(strategicMergePatch(container, patch)).toEqual({
      containers: [{ name: 'm', ports: [{ containerPort: 1, name: 'b' }] }],
    });
  });

  test('the object that is patched stays as it was', () => {
    const before = structuredClone(spec);
    strategic({ spec: { template: { spec: { containers: [{ name: 'main', $patch: 'delete' }] } } } });
    expect(spec).toEqual(before);
  });
});

describe('other patches', () => {
  const type = resourceType({ group: '', resource: 'configmaps' });
  if (!type) throw new Error('no configmaps');
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v', l: 'w' } };

  test('merge: null removes, lists are replaced', () => {
    expect(patched(type, object, patchTypes.merge, { data: { k: null, m: 'x' } })).toMatchObject({
      data: { l: 'w', m: 'x' },
    });
  });

  test('JSON patch: operations in order; a test that fails changes nothing', () => {
    const operations = [
      { op: 'test', path: '/data/k', value: 'v' },
      { op: 'replace', path: '/data/k', value: 'z' },
      { op: 'remove', path: '/data/l' },
    ];
    expect(patched(type, object, patchTypes.json, operations).data).toEqual({ k: 'z' });
    expect(() => patched(type, object, patchTypes.json, [{ op: 'test', path: '/data/k', value: 'other' }])).toThrow(
      /testing value \/data\/k failed/,
    );
    expect(() => patched(type, object, patchTypes.json, [{ op: 'remove', path: '/data/none' }])).toThrow(
      /missing path/,
    );
    expect(object.data).toEqual({ k: 'v', l: 'w' });
  });

  test('another kind of patch is refused, and a strategic one of what Flux defines', () => {
    expect(() => patched(type, object, 'application/json', {})).toThrow(/accepted media types/);
    const flux = resourceType({ group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' });
    expect(() => flux && patched(flux, object, patchTypes.strategic, {})).toThrow(/accepted media types/);
  });

  test('server-side apply merges containers by name', () => {
    const applied = { spec: { template: { spec: { containers: [{ name: 'side', image: 'side:2' }] } } } };
    expect((applyMerge({ spec }, applied) as { spec: typeof spec }).spec.template.spec.containers).toEqual([
      spec.template.spec.containers[0],
      { name: 'side', image: 'side:2' },
    ]);
  });
});
