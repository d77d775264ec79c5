import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { definedIn, definedUnder, directoriesOf } from './definitions.ts';

const kustomization = (name: string, more: object = {}) =>
  stringify({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
    spec: { path: `./gitops/apps/homelab/${name}`, ...more },
  });
const deployment = (spec: object, metadata: object = { name: 'mqtt-input', namespace: 'mqtt-input' }) =>
  stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
const commented = (text: string) => text.replace(/^/gm, '# ');
const overlay = (members: object) =>
  stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...members });

const names = (text: string) =>
  definedIn(new Map([['apps.yaml', text]]), 'apps.yaml').definitions.map(({ name }) => name);

test('each document defines its object, and tells its line', () => {
  const files = new Map([
    ['apps.yaml', `# what runs\n---\n${kustomization('a')}---\n${kustomization('b', { suspend: true })}`],
  ]);
  const { definitions } = definedIn(files, 'apps.yaml');
  expect(definitions).toMatchObject([
    { kind: 'Kustomization', name: 'a', namespace: 'flux-system', file: 'apps.yaml', line: 3 },
    { name: 'b', suspend: true, path: './gitops/apps/homelab/b' },
  ]);
});

test('what is commented out defines nothing, as the plan comments it out', () => {
  expect(names(`---\n${kustomization('new')}${commented(`---\n${kustomization('old')}`)}`)).toEqual(['new']);
});

test('only comments, an empty document, a list: each says what it is', () => {
  expect(names(commented(kustomization('old')))).toEqual([]);
  expect(names('---\n---\n')).toEqual([]);
  const item = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'in-list' } };
  expect(names(stringify({ apiVersion: 'v1', kind: 'List', items: [item] }))).toEqual(['in-list']);
});

test('whatever is commented out and whatever is not: the same names come out', () => {
  const apps = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), gone: fc.boolean() }), {
    selector: ({ name }) => name,
    maxLength: 12,
  });
  fc.assert(
    fc.property(apps, (all) => {
      const text = all
        .map(({ name, gone }) => `---\n${gone ? commented(kustomization(name)) : kustomization(name)}`)
        .join('');
      expect(names(text)).toEqual(all.filter(({ gone }) => !gone).map(({ name }) => name));
    }),
  );
});

test('a file that is no YAML is told with its line, and the others are read', () => {
  const found = definedUnder(
    new Map([
      ['c/bad.yaml', 'a: [1\nb: }\n'],
      ['c/good.yaml', kustomization('good')],
    ]),
    './c',
  );
  expect(found.definitions.map(({ name }) => name)).toEqual(['good']);
  expect(found.unreadable).toHaveLength(1);
  expect(found.unreadable[0]).toMatch(/^c\/bad\.yaml:\d+: /);
});

test('kustomization.yaml says what a path defines: a file beside it that it does not name defines nothing', () => {
  const files = new Map([
    ['apps/homelab/x/kustomization.yaml', overlay({ resources: ['../../base/x'], namespace: 'elsewhere' })],
    ['apps/base/x/kustomization.yaml', overlay({ resources: ['deployment.yaml'] })],
    ['apps/base/x/deployment.yaml', deployment({ replicas: 1 }, { name: 'x' })],
    ['apps/base/x/unused.yaml', deployment({ replicas: 5 }, { name: 'unused' })],
  ]);
  expect(definedUnder(files, './apps/homelab/x')).toEqual({
    definitions: [
      {
        file: 'apps/base/x/deployment.yaml',
        line: 1,
        kind: 'Deployment',
        namespace: 'elsewhere',
        name: 'x',
        replicas: 1,
      },
    ],
    unfollowed: [],
    unreadable: [],
  });
});

test('kustomize sets replicas over the definition', () => {
  const files = new Map([
    ['x/kustomization.yaml', overlay({ resources: ['d.yaml'], replicas: [{ name: 'mqtt-input', count: 0 }] })],
    ['x/d.yaml', deployment({ replicas: 1 })],
  ]);
  expect(definedUnder(files, 'x').definitions).toMatchObject([{ replicas: 0 }]);
});

test('a patch that may set replicas is told; one that speaks of something else is not', () => {
  const files = (patch: string) =>
    new Map([
      ['x/kustomization.yaml', overlay({ resources: ['d.yaml'], patches: [{ path: 'patch.yaml' }] })],
      ['x/d.yaml', deployment({ replicas: 1 })],
      ['x/patch.yaml', patch],
    ]);
  expect(definedUnder(files(deployment({ replicas: 0 })), 'x').unfollowed).toEqual(['x/kustomization.yaml: patches']);
  expect(definedUnder(files(deployment({ template: {} })), 'x').unfollowed).toEqual([]);
});

test('what is not in the repository is told', () => {
  const files = new Map([
    ['x/kustomization.yaml', overlay({ resources: ['https://example.invalid/app.yaml'], components: ['c'] })],
  ]);
  expect(definedUnder(files, 'x').unfollowed).toEqual([
    'x/kustomization.yaml: resource https://example.invalid/app.yaml',
    'x/kustomization.yaml: components',
  ]);
});

test('replicas that Flux substitutes are no number yet', () => {
  const replicas = '$'.concat('{REPLICAS}');
  expect(definedUnder(new Map([['x/d.yaml', deployment({ replicas })]]), 'x').definitions).toMatchObject([
    { replicas },
  ]);
});

test('a circle of kustomizations ends', () => {
  const files = new Map([
    ['a/kustomization.yaml', overlay({ resources: ['../b'] })],
    ['b/kustomization.yaml', overlay({ resources: ['../a'] })],
  ]);
  expect(definedUnder(files, 'a').definitions).toEqual([]);
});

test('directories are those of files and those above them', () => {
  expect(
    directoriesOf(
      new Map([
        ['gitops/apps/base/x/d.yaml', ''],
        ['README.md', ''],
      ]),
    ),
  ).toEqual(['gitops', 'gitops/apps', 'gitops/apps/base', 'gitops/apps/base/x']);
});
