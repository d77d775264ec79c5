import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReadOnlyKube } from '../target/kube.ts';
import { FakeApi, json, statusBody } from '../target/testing/fake-api.ts';
import { known } from './fact.ts';
import { observeBeside, observeKustomizations, observeStack } from './stack.ts';

let api: FakeApi;
let kube: ReadOnlyKube;

beforeEach(async () => {
  api = await FakeApi.start();
  kube = new ReadOnlyKube(api.kubeConfig(), { deadlineSeconds: 5 });
});

afterEach(async () => {
  kube.close();
  await api[Symbol.asyncDispose]();
});

/** Answers by path; what is not there is 404, what is undefined is forbidden. */
function answering(objects: Readonly<Record<string, object | undefined>>): Map<string, string> {
  const accepted = new Map<string, string>();
  api.answer = (response, { pathname }, request) => {
    accepted.set(pathname, String(request.headers.accept));
    const found = objects[pathname];
    if (found !== undefined) return json(response, 200, found);
    if (pathname in objects) return json(response, 403, statusBody(403, 'Forbidden', 'no'));
    return json(response, 404, statusBody(404, 'NotFound', `"${pathname}" not found`));
  };
  return accepted;
}

const container = {
  name: 'c',
  image: 'redpandadata/connect:4',
  args: ['streams', '/config'],
  env: [
    { name: 'PLAIN', value: 'x' },
    { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'MAPPED', valueFrom: { configMapKeyRef: { name: 'settings', key: 'topic' } } },
  ],
  volumeMounts: [
    { name: 'streams', mountPath: '/config' },
    { name: 'one', mountPath: '/etc/one.yaml', subPath: 'b.yaml' },
    { name: 'held', mountPath: '/held' },
  ],
};
const volumes = [
  { name: 'streams', configMap: { name: 'streams', items: [{ key: 'a.yaml', path: 'renamed.yaml' }] } },
  { name: 'one', configMap: { name: 'streams' } },
  { name: 'held', secret: { secretName: 'held' } },
];
const deployment = (namespace: string) => ({
  metadata: { namespace, name: 'connect', creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { replicas: 2, template: { metadata: { labels: { app: 'c' } }, spec: { containers: [container], volumes } } },
});

test('workloads with the files that they mount and the variables that stand in the open', async () => {
  answering({
    '/apis/apps/v1/deployments': { items: [deployment('x'), deployment('kube-system')] },
    '/apis/apps/v1/statefulsets': { items: [] },
    '/api/v1/services': { items: [{ metadata: { namespace: 'x', name: 's' }, spec: { ports: [{ port: 80 }] } }] },
    '/api/v1/namespaces/x/configmaps/streams': { data: { 'a.yaml': 'A', 'b.yaml': 'B' } },
    '/api/v1/namespaces/x/configmaps/settings': { data: { topic: 't' } },
  });
  const { workloads, services } = await observeStack({ kube });
  expect(workloads).toMatchObject([
    { kind: 'Deployment', namespace: 'x', name: 'connect', replicas: 2, labels: { app: 'c' } },
  ]);
  const [found] = workloads[0]?.containers ?? [];
  expect(found?.command).toEqual(['streams', '/config']);
  expect(found?.files).toEqual([
    { configMap: 'streams', path: '/config/renamed.yaml', text: 'A' },
    { configMap: 'streams', path: '/etc/one.yaml', text: 'B' },
  ]);
  expect(found?.secretMounts).toEqual([{ secret: 'held', path: '/held' }]);
  expect(Object.fromEntries(found?.env ?? [])).toEqual({
    PLAIN: known('x'),
    SECRET: { unknown: expect.stringContaining('Secret s') },
    MAPPED: known('t'),
  });
  expect(services).toEqual([{ namespace: 'x', name: 's', selector: {}, ports: [80] }]);
  expect(api.requests.join('\n')).not.toContain('secrets');
});

test('in order of namespace and name, whatever stands between them', async () => {
  answering({
    '/apis/apps/v1/deployments': { items: [deployment('x-v2'), deployment('x')] },
    '/apis/apps/v1/statefulsets': { items: [] },
    '/api/v1/services': { items: [] },
  });
  const { workloads } = await observeStack({ kube });
  expect(workloads.map(({ namespace }) => namespace)).toEqual(['x', 'x-v2']);
});

test('of Secrets the names alone cross the wire', async () => {
  const accepted = answering({
    '/api/v1/namespaces/x/secrets': { kind: 'PartialObjectMetadataList', items: [{ metadata: { name: 'reader' } }] },
    '/api/v1/namespaces/x/configmaps': {
      items: [
        { metadata: { name: 'migrations', labels: { app: 'migrate' } }, data: { '002_b.sql': '', '001_a.sql': '' } },
        { metadata: { name: 'other' }, data: { 'a.yaml': '' } },
      ],
    },
  });
  expect(await observeBeside({ kube }, 'x')).toEqual({
    namespace: 'x',
    secrets: ['reader'],
    migrations: [{ configMap: 'migrations', app: 'migrate', versions: [1, 2] }],
  });
  // No other form is taken in its place: a server that cannot leave the values out answers 406.
  expect(accepted.get('/api/v1/namespaces/x/secrets')).toBe(
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  );
});

test('what may not be seen is not known, and hides nothing else', async () => {
  answering({ '/api/v1/namespaces/x/secrets': undefined, '/api/v1/namespaces/x/configmaps': { items: [] } });
  expect(await observeBeside({ kube }, 'x')).toEqual({ namespace: 'x', secrets: undefined, migrations: [] });
});

test('a server that cannot leave the values of Secrets out is not asked for them', async () => {
  api.answer = (response, { pathname }) =>
    pathname.endsWith('/secrets')
      ? json(response, 406, statusBody(406, 'NotAcceptable', 'only application/json'))
      : json(response, 200, { items: [] });
  expect(await observeBeside({ kube }, 'x')).toMatchObject({ secrets: undefined });
  expect(api.requests.filter((line) => line.endsWith('/secrets'))).toHaveLength(1);
});

test('Flux is there or not, or may not be seen', async () => {
  const path = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
  const item = {
    metadata: { namespace: 'flux-system', name: 'k' },
    spec: { path: './apps/k', sourceRef: { name: 'git' } },
  };
  answering({ [path]: { items: [item] } });
  expect(await observeKustomizations({ kube })).toEqual([
    { namespace: 'flux-system', name: 'k', path: './apps/k', source: 'git' },
  ]);
  answering({ [path]: undefined });
  expect(await observeKustomizations({ kube })).toBeUndefined();
  answering({});
  expect(await observeKustomizations({ kube })).toBeUndefined();
});
