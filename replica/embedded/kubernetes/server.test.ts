import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Interception } from './http/intercept.ts';
import { raw, startTestApi, type TestApi } from './testing/api.ts';
import { configMap, deployment, put, refs, when } from './testing/cluster.ts';

let api: TestApi;
let core: CoreV1Api;
let apps: AppsV1Api;
let interception: Interception | undefined;

beforeAll(async () => {
  api = await startTestApi({
    intercept: ({ path }) => (path.includes('/intercepted') ? interception : undefined),
    routes: () => ({ echo: ({ method, path, body }) => ({ method, path, body }) }),
  });
  core = api.config().makeApiClient(CoreV1Api);
  apps = api.config().makeApiClient(AppsV1Api);
});

afterAll(() => api[Symbol.asyncDispose]());

async function failure(call: Promise<unknown>): Promise<{ code: number; message: string; reason: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiException) return { code: error.code, ...JSON.parse(String(error.body)) };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('objects', () => {
  test('are created, read, changed and deleted', async () => {
    const body = { metadata: { name: 'life' }, data: { a: '1' } };
    const created = await core.createNamespacedConfigMap({ namespace: 'x', body });
    expect(created).toMatchObject({ metadata: { namespace: 'x', uid: expect.any(String) }, data: { a: '1' } });
    const replaced = await core.replaceNamespacedConfigMap({
      namespace: 'x',
      name: 'life',
      body: { ...created, data: { b: '2' } },
    });
    expect(replaced.data).toEqual({ b: '2' });
    expect(
      await failure(core.replaceNamespacedConfigMap({ namespace: 'x', name: 'life', body: created })),
    ).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(await core.deleteNamespacedConfigMap({ namespace: 'x', name: 'life' })).toMatchObject({
      status: 'Success',
      details: { name: 'life', kind: 'configmaps' },
    });
    expect(await failure(core.readNamespacedConfigMap({ namespace: 'x', name: 'life' }))).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "life" not found',
    });
  });

  test('a creationTimestamp from outside is not believed', async () => {
    const body = { metadata: { name: 'aged', creationTimestamp: new Date(0) } };
    const { metadata } = await core.createNamespacedConfigMap({ namespace: 'x', body });
    expect(metadata?.creationTimestamp?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('are patched in each of the four ways', async () => {
    put(api.cluster.store, deployment('patched'));
    const where = { namespace: 'x', name: 'patched' };
    const json = await apps.patchNamespacedDeployment({
      ...where,
      body: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
    });
    expect(json.spec?.replicas).toBe(0);
    const merge = await apps.patchNamespacedDeployment(
      { ...where, body: { metadata: { labels: { b: 'c' } } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    expect(merge.metadata?.labels).toEqual({ app: 'patched', b: 'c' });
    const template = { spec: { containers: [{ name: 'main', image: 'image:2' }] } };
    const strategic = await apps.patchNamespacedDeployment(
      { ...where, body: { spec: { template } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    expect(strategic.spec?.template.spec?.containers).toMatchObject([
      { name: 'main', image: 'image:2', ports: [{ containerPort: 80 }] },
    ]);
    const objects = KubernetesObjectApi.makeApiClient(api.config());
    const applied = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied', namespace: 'x' },
      data: { a: '1' },
    };
    for (const data of [{ a: '1' }, { b: '2' }]) {
      await objects.patch({ ...applied, data }, undefined, undefined, 'me', true, PatchStrategy.ServerSideApply);
    }
    expect((await core.readNamespacedConfigMap({ namespace: 'x', name: 'applied' })).data).toEqual({ a: '1', b: '2' });
  });

  test('a field that the kind does not have is refused where the client asks for that', async () => {
    const body = { ...configMap('strict'), dta: {} };
    const path = '/api/v1/namespaces/x/configmaps?fieldValidation=';
    expect((await raw(api.config(), 'POST', `${path}Strict`, { body })).json).toMatchObject({
      code: 400,
      message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
    });
    expect((await raw(api.config(), 'POST', `${path}Ignore`, { body })).status).toBe(201);
  });

  test('a dry run leaves nothing behind', async () => {
    await core.createNamespacedConfigMap({ namespace: 'x', body: { metadata: { name: 'dry' } }, dryRun: 'All' });
    expect(await failure(core.readNamespacedConfigMap({ namespace: 'x', name: 'dry' }))).toMatchObject({ code: 404 });
  });

  test('a workload is scaled by its scale', async () => {
    put(api.cluster.store, deployment('scaled'));
    const where = { namespace: 'x', name: 'scaled' };
    expect(await apps.readNamespacedDeploymentScale(where)).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
    await apps.patchNamespacedDeploymentScale(
      { ...where, body: { spec: { replicas: 3 } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    await when(
      api.cluster.store,
      refs.deployments,
      () => api.cluster.store.get(refs.deployments, 'x', 'scaled')?.status?.readyReplicas === 3,
    );
    const negative = apps.patchNamespacedDeploymentScale(
      { ...where, body: { spec: { replicas: -1 } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    expect(await failure(negative)).toMatchObject({
      code: 422,
      message:
        'Scale.autoscaling "scaled" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    });
  });
});

describe('lists', () => {
  beforeAll(() => {
    for (const [name, tier] of [
      ['l1', 'a'],
      ['l2', 'a'],
      ['l3', 'b'],
    ] as const) {
      put(api.cluster.store, { ...configMap(name), metadata: { name, namespace: 'x', labels: { list: 'yes', tier } } });
    }
  });

  test('are selected by labels and by name', async () => {
    const names = async (labelSelector: string, fieldSelector?: string) => {
      const { items } = await core.listNamespacedConfigMap({
        namespace: 'x',
        labelSelector,
        ...(fieldSelector ? { fieldSelector } : {}),
      });
      return items.map(({ metadata }) => metadata?.name);
    };
    expect(await names('list=yes,tier!=b')).toEqual(['l1', 'l2']);
    expect(await names('tier in (b)')).toEqual(['l3']);
    expect(await names('list', 'metadata.name=l2')).toEqual(['l2']);
  });

  test('are read in pages that do not change in between', async () => {
    const page = (rest: object) =>
      core.listNamespacedConfigMap({ namespace: 'x', labelSelector: 'list=yes', limit: 2, ...rest });
    const first = await page({});
    put(api.cluster.store, { ...configMap('l0'), metadata: { name: 'l0', namespace: 'x', labels: { list: 'yes' } } });
    const second = await page({ _continue: first.metadata?._continue });
    expect([...first.items, ...second.items].map(({ metadata }) => metadata?.name)).toEqual(['l1', 'l2', 'l3']);
    expect(second.metadata?._continue).toBeUndefined();
    expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    expect(await failure(page({ _continue: Buffer.from('nonsense').toString('base64url') }))).toMatchObject({
      code: 400,
    });
  });

  test('items carry no kind, as those of a real API server', async () => {
    const { json } = await raw(api.config(), 'GET', '/api/v1/namespaces/x/configmaps?labelSelector=tier%3Db');
    expect(json.items).toMatchObject([{ metadata: { name: 'l3' } }]);
    expect((json.items as object[])[0]).not.toHaveProperty('kind');
  });

  test('come as a table for kubectl', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { json } = await raw(api.config(), 'GET', '/api/v1/namespaces/x/configmaps?labelSelector=tier%3Db', {
      accept,
    });
    expect(json).toMatchObject({
      kind: 'Table',
      rows: [{ cells: ['l3', 0, expect.any(String)], object: { kind: 'PartialObjectMetadata' } }],
    });
  });
});

describe('watches', () => {
  /** The events of a watch until `enough` of them came. */
  async function events(query: Record<string, string>, enough: number, act: () => void = () => {}): Promise<string[]> {
    const seen: string[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = await new Watch(api.config()).watch(
      '/api/v1/namespaces/x/configmaps',
      query,
      (type, object: V1Pod) => {
        seen.push(`${type} ${object.metadata?.name ?? ''}`.trim());
        if (seen.length === enough) resolve();
      },
      (error) => (error && error.name !== 'AbortError' ? reject(error) : undefined),
    );
    act();
    await promise;
    abort.abort();
    return seen;
  }

  test('tell what stands and then what changes; leaving the selection is being deleted', async () => {
    const { store } = api.cluster;
    const labelled = (name: string, watched: string) => ({
      ...configMap(name),
      metadata: { name, namespace: 'x', labels: { watched } },
    });
    put(store, labelled('w1', 'yes'));
    const seen = await events({ labelSelector: 'watched=yes' }, 5, () => {
      put(store, labelled('w2', 'no'));
      const label = (name: string, watched: string) =>
        store.change(
          refs.configMaps,
          'x',
          name,
          ({ metadata }) => void Object.assign(metadata, { labels: { watched } }),
        );
      label('w2', 'yes');
      store.change(refs.configMaps, 'x', 'w2', (object) => void Object.assign(object, { data: { a: 'b' } }));
      label('w2', 'no');
      store.delete(refs.configMaps, 'x', 'w2');
      store.delete(refs.configMaps, 'x', 'w1');
    });
    expect(seen).toEqual(['ADDED w1', 'ADDED w2', 'MODIFIED w2', 'DELETED w2', 'DELETED w1']);
  });

  test('begin after a list', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace: 'x' });
    put(api.cluster.store, configMap('after'));
    expect(await events({ resourceVersion: metadata?.resourceVersion ?? '' }, 1)).toEqual(['ADDED after']);
  });

  test('tell when what stood at the beginning has been told', async () => {
    const query = {
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      fieldSelector: 'metadata.name=none',
    };
    expect(await events(query, 1)).toEqual(['BOOKMARK']);
  });

  test('from too long ago answer 410', async () => {
    for (let index = 0; index < 2_100; index += 1) {
      api.cluster.store.change(
        refs.configMaps,
        'x',
        'l1',
        (object) => void Object.assign(object, { data: { index: String(index) } }),
      );
    }
    const { body } = await raw(api.config(), 'GET', '/api/v1/namespaces/x/configmaps?watch=true&resourceVersion=1');
    expect(JSON.parse(body)).toMatchObject({
      type: 'ERROR',
      object: {
        kind: 'Status',
        code: 410,
        reason: 'Expired',
        message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
      },
    });
  });

  test('end when their time is over', async () => {
    const { status, body } = await raw(
      api.config(),
      'GET',
      '/api/v1/namespaces/x/pods?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone',
    );
    expect({ status, body }).toEqual({ status: 200, body: '' });
  });
});

describe('who may do what', () => {
  const reader = () => api.config('verifier@embedded');

  beforeAll(() => {
    const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace: 'verify' }];
    put(
      api.cluster.store,
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'reads', namespace: 'x' },
        rules: [
          { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
          { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
          { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'reads', namespace: 'x' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' },
        subjects,
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one', namespace: 'x' }, stringData: { a: 'b' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'two', namespace: 'x' } },
    );
  });

  test.each([
    ['GET', '/api/v1/namespaces/x/pods', undefined],
    ['GET', '/api/v1/namespaces/x/secrets/one', undefined],
    ['GET', '/version', undefined],
    ['GET', '/apis', undefined],
    [
      'GET',
      '/api/v1/pods',
      'pods is forbidden: User "system:serviceaccount:verify:reader" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      'GET',
      '/api/v1/namespaces/x/secrets',
      'secrets is forbidden: User "system:serviceaccount:verify:reader" cannot list resource "secrets" in API group "" in the namespace "x"',
    ],
    [
      'GET',
      '/api/v1/namespaces/x/secrets/two',
      'secrets "two" is forbidden: User "system:serviceaccount:verify:reader" cannot get resource "secrets" in API group "" in the namespace "x"',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/x/pods/p',
      'pods "p" is forbidden: User "system:serviceaccount:verify:reader" cannot delete resource "pods" in API group "" in the namespace "x"',
    ],
    [
      'GET',
      '/apis/apps/v1/namespaces/x/deployments',
      'deployments.apps is forbidden: User "system:serviceaccount:verify:reader" cannot list resource "deployments" in API group "apps" in the namespace "x"',
    ],
    [
      'GET',
      '/api/v1/namespaces/x/pods/p/exec',
      'pods "p" is forbidden: User "system:serviceaccount:verify:reader" cannot get resource "pods/exec" in API group "" in the namespace "x"',
    ],
    [
      'GET',
      '/replica.local/audit',
      'forbidden: User "system:serviceaccount:verify:reader" cannot get path "/replica.local/audit"',
    ],
  ])('the reader: %s %s', async (method, path, message) => {
    const { status, json } = await raw(reader(), method, path);
    if (message === undefined) expect(status).toBe(200);
    else
      expect({ status, message: json.message, reason: json.reason }).toEqual({
        status: 403,
        message,
        reason: 'Forbidden',
      });
  });

  test('the admin may act as another, and then may do what that one may', async () => {
    const secrets = '/api/v1/namespaces/x/secrets';
    const as = (user: string, groups: string[] = []) => ({
      headers: { 'impersonate-user': user, ...(groups.length > 0 ? { 'impersonate-group': groups } : {}) },
    });
    const account = 'system:serviceaccount:verify:reader';
    const refused = await raw(api.config(), 'GET', secrets, as(account));
    expect(refused.status).toBe(403);
    expect(refused.json.message).toContain(`User "${account}" cannot list resource "secrets"`);
    expect((await raw(api.config(), 'GET', `${secrets}/one`, as(account))).status).toBe(200);
    expect((await raw(api.config(), 'GET', secrets, as('jane'))).status).toBe(403);
    expect((await raw(api.config(), 'GET', secrets, as('jane', ['a,b', 'system:masters']))).status).toBe(200);
    expect((await raw(api.config(), 'GET', secrets, { headers: { 'impersonate-group': 'x' } })).status).toBe(400);
  });

  test('the reader may not act as another', async () => {
    const { status, json } = await raw(reader(), 'GET', '/version', { headers: { 'impersonate-user': 'jane' } });
    expect({ status, message: json.message }).toEqual({
      status: 403,
      message:
        'users "jane" is forbidden: User "system:serviceaccount:verify:reader" cannot impersonate resource "users" in API group "" at the cluster scope',
    });
  });

  test('a permission that is taken away is gone with the next request', async () => {
    const rules = () =>
      api.cluster.store.get({ group: 'rbac.authorization.k8s.io', resource: 'roles' }, 'x', 'reads')?.rules;
    const set = (to: unknown) =>
      api.cluster.store.change(
        { group: 'rbac.authorization.k8s.io', resource: 'roles' },
        'x',
        'reads',
        (object) => void Object.assign(object, { rules: to }),
      );
    const before = rules();
    set([]);
    expect((await raw(reader(), 'GET', '/api/v1/namespaces/x/pods')).status).toBe(403);
    set(before);
    expect((await raw(reader(), 'GET', '/api/v1/namespaces/x/pods')).status).toBe(200);
  });

  test('one may ask what one may do', async () => {
    const ask = async (verb: string, resource: string, subresource?: string) => {
      const resourceAttributes = { namespace: 'x', verb, resource, ...(subresource ? { subresource } : {}) };
      const review = await reader()
        .makeApiClient(AuthorizationV1Api)
        .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
      return review.status?.allowed;
    };
    expect([
      await ask('list', 'pods'),
      await ask('delete', 'pods'),
      await ask('get', 'pods', 'log'),
      await ask('get', 'pods', 'exec'),
    ]).toEqual([true, false, true, false]);
  });

  test('without a token, or with a wrong one, nobody is let in', async () => {
    const config = api.config();
    config.users = [{ name: 'embedded', token: 'wrong' }];
    expect((await raw(config, 'GET', '/api/v1/namespaces/x/pods')).json).toMatchObject({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  });

  test('the audit log tells who asked for what, and what came of it', async () => {
    await raw(reader(), 'GET', '/api/v1/namespaces/x/pods/nobody/log');
    const entries = (await raw(api.config(), 'GET', '/replica.local/audit')).json as unknown as object[];
    expect(entries).toContainEqual({
      at: expect.stringMatching(/Z$/),
      user: 'system:serviceaccount:verify:reader',
      verb: 'get',
      group: '',
      resource: 'pods',
      subresource: 'log',
      namespace: 'x',
      name: 'nobody',
      path: '/api/v1/namespaces/x/pods/nobody/log',
      status: 404,
    });
    expect(api.server.audit.entries().length).toBeGreaterThanOrEqual(entries.length);
  });
});

describe('the rest', () => {
  test('logs come as text, by line, of the container asked for', async () => {
    put(api.cluster.store, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'talks', namespace: 'x' },
      spec: {
        containers: [
          { name: 'main', image: 'i:1' },
          { name: 'side', image: 'i:1' },
        ],
      },
    });
    await when(
      api.cluster.store,
      refs.pods,
      () => api.cluster.store.get(refs.pods, 'x', 'talks')?.status?.phase === 'Running',
    );
    const log = (query: string) => raw(api.config(), 'GET', `/api/v1/namespaces/x/pods/talks/log?${query}`);
    expect(await log('container=side&tailLines=1')).toMatchObject({
      status: 200,
      type: 'text/plain',
      body: 'second of side in talks\n',
    });
    expect((await log('container=main&timestamps=true')).body).toMatch(
      /^2026-11-24T00:00:00.000000001Z first of main\n/,
    );
    expect((await log('')).json.message).toBe(
      'a container name must be specified for pod talks, choose one of: [main side]',
    );
    expect((await log('container=none')).json.message).toBe('container none is not valid for pod talks');
    expect((await log('container=main&sinceSeconds=0')).json).toMatchObject({ code: 422, reason: 'Invalid' });
  });

  test('metrics tell what running pods use', async () => {
    const { json } = await raw(api.config(), 'GET', '/apis/metrics.k8s.io/v1beta1/namespaces/x/pods/talks');
    expect(json).toMatchObject({
      kind: 'PodMetrics',
      containers: [{ name: 'main', usage: { cpu: '250000000n', memory: '65536Ki' } }],
    });
  });

  test.each([
    [
      'a path that nothing serves',
      'GET',
      '/apis/apps/v1/namespaces/x/nothings',
      {},
      404,
      'the server could not find the requested resource',
    ],
    [
      'another version of a group',
      'GET',
      '/apis/apps/v1beta1/deployments',
      {},
      404,
      'the server could not find the requested resource',
    ],
    [
      'a subresource that is not there',
      'POST',
      '/api/v1/namespaces/x/pods/talks/eviction',
      { body: {} },
      501,
      'the embedded replica has no pods/eviction',
    ],
    [
      'a method that is not allowed',
      'DELETE',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x',
      {},
      405,
      'the server does not allow this method on the requested resource',
    ],
    [
      'an answer that only protobuf would do for',
      'GET',
      '/api/v1/namespaces/x/pods',
      { accept: 'application/vnd.kubernetes.protobuf' },
      406,
      'only the following media types are accepted: application/json',
    ],
    [
      'a body that is no JSON',
      'POST',
      '/api/v1/namespaces/x/configmaps',
      { body: '{' },
      400,
      expect.stringContaining('json parse error'),
    ],
    [
      'exec without an upgrade',
      'POST',
      '/api/v1/namespaces/x/pods/talks/exec',
      { body: {} },
      400,
      'Upgrade request required',
    ],
  ])('%s is refused with a word why', async (_, method, path, options, code, message) => {
    const { status, json } = await raw(api.config(), method, path, options);
    expect({ status, kind: json.kind, message: json.message }).toEqual({ status: code, kind: 'Status', message });
  });

  test('a fault may answer in the place of the server, or late', async () => {
    const path = '/api/v1/namespaces/x/pods/intercepted';
    interception = { status: 429, body: '{"kind":"Status"}', headers: { 'content-type': 'application/json' } };
    expect(await raw(api.config(), 'GET', path)).toMatchObject({ status: 429, body: '{"kind":"Status"}' });
    interception = { delayMs: 1 };
    expect((await raw(api.config(), 'GET', path)).status).toBe(404);
  });

  test('the replica has paths of its own, for its admin', async () => {
    const { json } = await raw(api.config(), 'PUT', '/replica.local/echo/a/b', { body: { c: 1 } });
    expect(json).toEqual({ method: 'PUT', path: ['a', 'b'], body: { c: 1 } });
    expect((await raw(api.config(), 'GET', '/replica.local/none')).status).toBe(404);
  });
});
