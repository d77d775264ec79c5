import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { resourceTypes } from '../replica/embedded/kubernetes/resources.ts';
import { raw } from '../replica/embedded/kubernetes/testing/api.ts';
import { kubernetesSubjects } from './kubernetes-subjects.ts';
import { contract } from './suite.ts';

const json = 'application/json';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
/** No registry has it: what a contract says of pods holds before any runs. */
const image = 'contract.invalid/none:1';

type Loose = Record<string, unknown>;

contract('Kubernetes', kubernetesSubjects, (system) => {
  const core = (rest: string) => `/api/v1/namespaces/${system().namespace}/${rest}`;
  const apis = (groupVersion: string, rest: string) => `/apis/${groupVersion}/namespaces/${system().namespace}/${rest}`;
  const admin = (): KubeConfig => system().admin;

  async function call(method: string, path: string, body?: unknown, type = json): Promise<{ status: number } & Loose> {
    const answer = await raw(admin(), method, path, { body, type });
    return { ...answer.json, status: answer.status, state: answer.json.status };
  }

  const configMap = (name: string, rest: Loose = {}, labels: Loose = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    ...rest,
  });
  const template = (app: string) => ({
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'main', image }] },
  });
  const deployment = (name: string, rest: Loose = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: 0, selector: { matchLabels: { app: name } }, template: template(name), ...rest },
  });

  /** Reads an object again and again, by a watch, until it is as expected; the test's time limit ends it. */
  async function until(
    path: string,
    name: string,
    holds: (object: Loose & { status?: Loose; metadata: Loose }) => boolean,
  ): Promise<Loose & { status: Loose; metadata: Loose; spec: Loose }> {
    for (;;) {
      const { body } = await raw(
        admin(),
        'GET',
        `${path}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3D${name}`,
      );
      for (const line of body.split('\n').filter((each) => each !== '')) {
        const { object } = JSON.parse(line);
        if (holds(object)) return object;
      }
    }
  }

  describe('objects', () => {
    test('a stale version conflicts', async () => {
      const created = await call('POST', core('configmaps'), configMap('stale'));
      expect(created.status).toBe(201);
      const { status: _, state: __, ...object } = created;
      expect((await call('PUT', core('configmaps/stale'), { ...object, data: { a: '1' } })).status).toBe(200);
      expect(await call('PUT', core('configmaps/stale'), { ...object, data: { a: '2' } })).toMatchObject({
        status: 409,
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
        details: { name: 'stale', kind: 'configmaps' },
      });
    });

    test('are deleted with a Status that names them', async () => {
      await call('POST', core('configmaps'), configMap('deleted'));
      expect(await call('DELETE', core('configmaps/deleted'))).toMatchObject({
        kind: 'Status',
        state: 'Success',
        details: { name: 'deleted', kind: 'configmaps', uid: expect.any(String) },
      });
    });

    test('a finalizer holds what is deleted', async () => {
      const body = { ...configMap('held'), metadata: { name: 'held', finalizers: ['contract.test/hold'] } };
      await call('POST', core('configmaps'), body);
      expect(await call('DELETE', core('configmaps/held'))).toMatchObject({
        kind: 'ConfigMap',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
      });
      const patch = { metadata: { finalizers: null } };
      expect((await call('PATCH', core('configmaps/held'), patch, 'application/merge-patch+json')).status).toBe(200);
      expect((await call('GET', core('configmaps/held'))).status).toBe(404);
    });

    test('a dry run leaves nothing', async () => {
      expect((await call('POST', core('configmaps?dryRun=All'), configMap('dry'))).status).toBe(201);
      expect((await call('GET', core('configmaps/dry'))).status).toBe(404);
    });

    test('generation counts changes of what is asked for', async () => {
      const generation = async (patch: unknown) =>
        (
          (await call('PATCH', apis('apps/v1', 'deployments/counted'), patch, 'application/merge-patch+json'))
            .metadata as Loose
        ).generation;
      expect((await call('POST', apis('apps/v1', 'deployments'), deployment('counted'))).metadata).toMatchObject({
        generation: 1,
      });
      expect(await generation({ metadata: { labels: { a: 'b' } } })).toBe(1);
      expect(await generation({ spec: { paused: true } })).toBe(2);
    });
  });

  describe('refusals', () => {
    test.each<[string, string, () => string, unknown, object]>([
      [
        'what is not there',
        'GET',
        () => core('pods/none'),
        undefined,
        { status: 404, reason: 'NotFound', message: 'pods "none" not found', details: { name: 'none', kind: 'pods' } },
      ],
      [
        'what is not there in a group',
        'GET',
        () => apis('apps/v1', 'deployments/none'),
        undefined,
        {
          status: 404,
          message: 'deployments.apps "none" not found',
          details: { name: 'none', group: 'apps', kind: 'deployments' },
        },
      ],
      [
        'a path that nothing serves',
        'GET',
        () => core('nothings'),
        undefined,
        { status: 404, message: 'the server could not find the requested resource' },
      ],
      [
        'a namespace that is not there',
        'POST',
        () => '/api/v1/namespaces/contract-none/configmaps',
        configMap('a'),
        { status: 404, message: 'namespaces "contract-none" not found' },
      ],
      [
        'another namespace than the path',
        'POST',
        () => core('configmaps'),
        { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } },
        {
          status: 400,
          message: 'the namespace of the provided object does not match the namespace sent on the request',
        },
      ],
      [
        'another name than the path',
        'PUT',
        () => core('configmaps/b'),
        configMap('a'),
        { status: 400, message: 'the name of the object (a) does not match the name on the URL (b)' },
      ],
      [
        'a name that is none',
        'POST',
        () => core('configmaps'),
        configMap('A_b'),
        {
          status: 422,
          reason: 'Invalid',
          message: expect.stringContaining(
            `ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of`,
          ),
        },
      ],
      [
        'no name',
        'POST',
        () => core('configmaps'),
        { metadata: {} },
        {
          status: 422,
          message: expect.stringContaining('metadata.name: Required value: name or generateName is required'),
        },
      ],
      [
        'no selector',
        'POST',
        () => apis('apps/v1', 'deployments'),
        deployment('a', { selector: undefined }),
        { status: 422, message: expect.stringContaining('spec.selector: Required value') },
      ],
      [
        'a selector of something else',
        'POST',
        () => apis('apps/v1', 'deployments'),
        deployment('a', { selector: { matchLabels: { app: 'b' } } }),
        {
          status: 422,
          message: expect.stringMatching(
            /spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/,
          ),
        },
      ],
      [
        'replicas below 0',
        'POST',
        () => apis('apps/v1', 'deployments'),
        deployment('a', { replicas: -1 }),
        {
          status: 422,
          message: expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
        },
      ],
      [
        'no containers',
        'POST',
        () => core('pods'),
        { metadata: { name: 'a' }, spec: { containers: [] } },
        { status: 422, message: 'Pod "a" is invalid: spec.containers: Required value' },
      ],
      [
        'a version that is set',
        'POST',
        () => core('configmaps'),
        { metadata: { name: 'a', resourceVersion: '1' } },
        { status: 500, message: 'resourceVersion should not be set on objects to be created' },
      ],
      [
        'a misspelt field',
        'POST',
        () => core('configmaps?fieldValidation=Strict'),
        { ...configMap('a'), dta: {} },
        {
          status: 400,
          message:
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
        },
      ],
      [
        'a field selector of something else',
        'GET',
        () => core('configmaps?fieldSelector=data.a%3Db'),
        undefined,
        { status: 400, message: '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"' },
      ],
      [
        'a field selector of something else, of a kind that has its own',
        'GET',
        () => core('pods?fieldSelector=spec.image%3Db'),
        undefined,
        { status: 400, message: expect.stringContaining('field label not supported: spec.image') },
      ],
    ])('%s', async (_, method, path, body, expected) => {
      expect(await call(method, path(), body)).toMatchObject(expected);
    });

    test('a name that is taken', async () => {
      await call('POST', core('configmaps'), configMap('taken'));
      expect(await call('POST', core('configmaps'), configMap('taken'))).toMatchObject({
        status: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "taken" already exists',
      });
    });

    test('a change of what may not change', async () => {
      await call('POST', apis('apps/v1', 'deployments'), deployment('fixed'));
      const patch = {
        spec: { selector: { matchLabels: { tier: 'b' } }, template: { metadata: { labels: { tier: 'b' } } } },
      };
      expect(
        await call('PATCH', apis('apps/v1', 'deployments/fixed'), patch, 'application/merge-patch+json'),
      ).toMatchObject({
        status: 422,
        message: expect.stringMatching(
          /^Deployment\.apps "fixed" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
        ),
      });
    });

    test('a kind of patch that is none', async () => {
      await call('POST', core('configmaps'), configMap('patchable'));
      expect((await call('PATCH', core('configmaps/patchable'), {}, json)).status).toBe(415);
    });
  });

  describe('patches', () => {
    test('strategic: containers and env by name, null removes, $patch deletes', async () => {
      const containers = [
        {
          name: 'main',
          image,
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          args: ['x', 'y'],
        },
        { name: 'side', image },
      ];
      const spec = { template: { metadata: { labels: { app: 'strategic' } }, spec: { containers } } };
      await call('POST', apis('apps/v1', 'deployments'), deployment('strategic', spec));
      const patch = {
        metadata: { annotations: { a: 'b' } },
        spec: {
          template: {
            spec: {
              '$setElementOrder/containers': [{ name: 'new' }, { name: 'main' }],
              containers: [
                { name: 'new', image },
                {
                  name: 'main',
                  env: [
                    { name: 'B', value: '3' },
                    { name: 'A', $patch: 'delete' },
                  ],
                  args: ['z'],
                },
                { name: 'side', $patch: 'delete' },
              ],
            },
          },
        },
      };
      const { spec: patched } = await call(
        'PATCH',
        apis('apps/v1', 'deployments/strategic'),
        patch,
        'application/strategic-merge-patch+json',
      );
      expect((patched as { template: { spec: { containers: object[] } } }).template.spec.containers).toMatchObject([
        { name: 'new', image },
        { name: 'main', image, env: [{ name: 'B', value: '3' }], args: ['z'] },
      ]);
    });

    test('JSON: one that cannot be done changes nothing', async () => {
      await call('POST', core('configmaps'), configMap('json', { data: { a: '1' } }));
      const patch = (...operations: object[]) =>
        call('PATCH', core('configmaps/json'), operations, 'application/json-patch+json');
      expect(
        await patch({ op: 'test', path: '/data/a', value: '1' }, { op: 'add', path: '/data/b', value: '2' }),
      ).toMatchObject({ status: 200, data: { a: '1', b: '2' } });
      expect(await patch({ op: 'remove', path: '/data/b' }, { op: 'test', path: '/data/a', value: '2' })).toMatchObject(
        { status: 422, reason: 'Invalid' },
      );
      expect(await call('GET', core('configmaps/json'))).toMatchObject({ data: { a: '1', b: '2' } });
    });

    test('apply: makes what is not there and merges into what is', async () => {
      const path = core('configmaps/applied?fieldManager=contract&force=true');
      const apply = (data: object) =>
        call('PATCH', path, configMap('applied', { data }), 'application/apply-patch+yaml');
      expect(await apply({ a: '1' })).toMatchObject({ status: 201, data: { a: '1' } });
      expect(await apply({ a: '2' })).toMatchObject({ status: 200, data: { a: '2' } });
    });
  });

  describe('lists', () => {
    test('by label and by name; items carry no kind', async () => {
      for (const [name, tier] of [
        ['list-a', 'x'],
        ['list-b', 'x'],
        ['list-c', 'y'],
      ] as const)
        await call('POST', core('configmaps'), configMap(name, {}, { list: 'yes', tier }));
      const names = async (query: string) => {
        const { items, kind } = await call('GET', core(`configmaps?${query}`));
        expect(kind).toBe('ConfigMapList');
        return (items as { kind?: string; metadata: { name: string } }[]).map(
          (item) => `${item.kind ?? ''}${item.metadata.name}`,
        );
      };
      expect(await names('labelSelector=list%3Dyes,tier!%3Dy')).toEqual(['list-a', 'list-b']);
      expect(await names('labelSelector=tier+in+(y,z),list')).toEqual(['list-c']);
      expect(await names('labelSelector=list,!tier')).toEqual([]);
      expect(await names('fieldSelector=metadata.name%3Dlist-b')).toEqual(['list-b']);
    });

    test('Events by what they are about, in both of their APIs', async () => {
      const involvedObject = { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: system().namespace, uid: 'u' };
      const time = '2026-11-24T12:00:00Z';
      const body = {
        metadata: { name: 'event' },
        involvedObject,
        reason: 'Because',
        message: 'of this',
        type: 'Warning',
        count: 2,
        firstTimestamp: time,
        lastTimestamp: time,
        source: { component: 'contract' },
      };
      expect((await call('POST', core('events'), body)).status).toBe(201);
      const found = async (query: string) =>
        ((await call('GET', core(`events?fieldSelector=${query}`))).items as object[]).length;
      expect(await found('involvedObject.name%3Dp,involvedObject.uid%3Du,type%3DWarning')).toBe(1);
      expect(await found('reason!%3DBecause,involvedObject.name%3Dp')).toBe(0);
      expect(await call('GET', apis('events.k8s.io/v1', 'events/event'))).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        regarding: involvedObject,
        note: 'of this',
        deprecatedCount: 2,
        deprecatedLastTimestamp: time,
        deprecatedSource: { component: 'contract' },
      });
    });

    test('are deleted together, by label', async () => {
      for (const name of ['many-a', 'many-b'])
        await call('POST', core('configmaps'), configMap(name, {}, { many: 'yes' }));
      expect((await call('DELETE', core('configmaps?labelSelector=many'))).kind).toBe('ConfigMapList');
      expect((await call('GET', core('configmaps?labelSelector=many'))).items).toEqual([]);
    });

    test('in pages', async () => {
      const first = await call('GET', core('configmaps?labelSelector=list&limit=2'));
      const { continue: token, remainingItemCount } = first.metadata as {
        continue: string;
        remainingItemCount?: number;
      };
      expect(remainingItemCount).toBeUndefined();
      const second = await call('GET', core(`configmaps?labelSelector=list&limit=2&continue=${token}`));
      expect((second.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)).toEqual([
        'list-c',
      ]);
      expect(second.metadata).not.toHaveProperty('continue');
      const { remainingItemCount: rest } = (await call('GET', core('configmaps?limit=1'))).metadata as {
        remainingItemCount: number;
      };
      expect(rest).toBeGreaterThan(0);
    });

    test('a page that is none of ours is refused', async () => {
      expect((await call('GET', core('configmaps?limit=1&continue=nonsense'))).status).toBe(400);
    });
  });

  describe('watches', () => {
    const watch = async (query: string) => {
      const { body } = await raw(admin(), 'GET', core(`configmaps?watch=true&timeoutSeconds=1&${query}`));
      return body
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    };

    test('tell what changes, by what their selector selects', async () => {
      const { metadata } = await call('GET', core('configmaps'));
      const merge = (labels: object) =>
        call('PATCH', core('configmaps/seen'), { metadata: { labels } }, 'application/merge-patch+json');
      await call('POST', core('configmaps'), configMap('seen', {}, { watched: 'no' }));
      await merge({ watched: 'yes' });
      await merge({ more: 'x' });
      await merge({ watched: 'no' });
      await call('DELETE', core('configmaps/seen'));
      const events = await watch(`labelSelector=watched%3Dyes&resourceVersion=${(metadata as Loose).resourceVersion}`);
      expect(
        events.map(({ type, object }) => `${type} ${object.kind} ${object.metadata.labels.more ?? ''}`.trim()),
      ).toEqual(['ADDED ConfigMap', 'MODIFIED ConfigMap x', 'DELETED ConfigMap x']);
    });

    test('without a version they begin with what stands', async () => {
      await call('POST', core('configmaps'), configMap('stands'));
      expect(await watch('fieldSelector=metadata.name%3Dstands')).toMatchObject([
        { type: 'ADDED', object: { metadata: { name: 'stands' } } },
      ]);
    });
  });

  describe('who may do what', () => {
    test.each<[string, () => string, string | undefined]>([
      ['GET', () => core('pods'), undefined],
      ['GET', () => core('secrets/readable'), undefined],
      ['GET', () => '/version', undefined],
      [
        'GET',
        () => '/api/v1/pods',
        'pods is forbidden: User "READER" cannot list resource "pods" in API group "" at the cluster scope',
      ],
      [
        'GET',
        () => core('secrets'),
        'secrets is forbidden: User "READER" cannot list resource "secrets" in API group "" in the namespace "NAMESPACE"',
      ],
      [
        'GET',
        () => core('secrets/other'),
        'secrets "other" is forbidden: User "READER" cannot get resource "secrets" in API group "" in the namespace "NAMESPACE"',
      ],
      [
        'DELETE',
        () => core('pods/p'),
        'pods "p" is forbidden: User "READER" cannot delete resource "pods" in API group "" in the namespace "NAMESPACE"',
      ],
      [
        'GET',
        () => core('pods/p/exec'),
        'pods "p" is forbidden: User "READER" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE"',
      ],
      [
        'GET',
        () => apis('apps/v1', 'deployments'),
        'deployments.apps is forbidden: User "READER" cannot list resource "deployments" in API group "apps" in the namespace "NAMESPACE"',
      ],
      [
        'GET',
        () => `/api/v1/namespaces/${system().namespace}`,
        'namespaces "NAMESPACE" is forbidden: User "READER" cannot get resource "namespaces" in API group "" in the namespace "NAMESPACE"',
      ],
      ['GET', () => '/metrics', 'forbidden: User "READER" cannot get path "/metrics"'],
    ])('the reader: %s %s', async (method, path, message) => {
      await call('POST', core('secrets'), { metadata: { name: 'readable' } });
      const answer = await raw(system().reader, method, path());
      if (message === undefined) return expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({
        code: 403,
        reason: 'Forbidden',
        message: message.replace('READER', system().readerName).replaceAll('NAMESPACE', system().namespace),
      });
    });

    test('one may ask what one may do', async () => {
      const ask = async (attributes: object) => {
        const spec = { resourceAttributes: { namespace: system().namespace, ...attributes } };
        const answer = await raw(system().reader, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          body: { spec },
        });
        return [answer.status, (answer.json.status as { allowed: boolean }).allowed];
      };
      expect(await ask({ verb: 'list', resource: 'pods' })).toEqual([201, true]);
      expect(await ask({ verb: 'get', resource: 'pods', subresource: 'log' })).toEqual([201, true]);
      expect(await ask({ verb: 'create', resource: 'pods', subresource: 'exec' })).toEqual([201, false]);
    });

    test('a token that is none is not let in', async () => {
      const stranger = new KubeConfig();
      stranger.loadFromString(system().reader.exportConfig());
      stranger.users = stranger.users.map(({ name }) => ({ name, token: 'none' }));
      expect((await raw(stranger, 'GET', core('pods'))).json).toMatchObject({
        code: 401,
        reason: 'Unauthorized',
        message: 'Unauthorized',
      });
    });
  });

  describe('what is left out is filled in', () => {
    test('of a Deployment', async () => {
      const { spec } = await call(
        'POST',
        apis('apps/v1', 'deployments'),
        deployment('defaults', {
          template: {
            ...template('defaults'),
            spec: {
              containers: [
                { name: 'main', image, ports: [{ containerPort: 80 }], readinessProbe: { tcpSocket: { port: 80 } } },
              ],
              volumes: [{ name: 'c', configMap: { name: 'c' } }],
            },
          },
        }),
      );
      expect(spec).toEqual({
        replicas: 0,
        selector: { matchLabels: { app: 'defaults' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        template: {
          metadata: { creationTimestamp: null, labels: { app: 'defaults' } },
          spec: {
            containers: [
              {
                name: 'main',
                image,
                imagePullPolicy: 'IfNotPresent',
                ports: [{ containerPort: 80, protocol: 'TCP' }],
                readinessProbe: {
                  tcpSocket: { port: 80 },
                  timeoutSeconds: 1,
                  periodSeconds: 10,
                  successThreshold: 1,
                  failureThreshold: 3,
                },
                resources: {},
                terminationMessagePath: '/dev/termination-log',
                terminationMessagePolicy: 'File',
              },
            ],
            volumes: [{ name: 'c', configMap: { name: 'c', defaultMode: 420 } }],
            restartPolicy: 'Always',
            terminationGracePeriodSeconds: 30,
            dnsPolicy: 'ClusterFirst',
            securityContext: {},
            schedulerName: 'default-scheduler',
          },
        },
      });
    });

    test('of a StatefulSet', async () => {
      const claim = {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      };
      const body = { ...deployment('stateful', { volumeClaimTemplates: [claim] }), kind: 'StatefulSet' };
      const { spec } = await call('POST', apis('apps/v1', 'statefulsets'), body);
      const { template: _, selector: __, ...rest } = spec as Loose;
      expect(rest).toEqual({
        replicas: 0,
        serviceName: '',
        podManagementPolicy: 'OrderedReady',
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { ...claim.metadata, creationTimestamp: null },
            spec: { ...claim.spec, volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      });
    });

    test('of a Job and a CronJob', async () => {
      const job = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } };
      const { spec, metadata } = await call('POST', apis('batch/v1', 'jobs'), {
        metadata: { name: 'job' },
        spec: { ...job, suspend: true },
      });
      const { uid } = metadata as { uid: string };
      const labels = {
        'batch.kubernetes.io/controller-uid': uid,
        'batch.kubernetes.io/job-name': 'job',
        'controller-uid': uid,
        'job-name': 'job',
      };
      const { template: made, ...rest } = spec as Loose & { template: { metadata: Loose } };
      expect(made.metadata.labels).toEqual(labels);
      expect(rest).toEqual({
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        suspend: true,
        manualSelector: false,
        podReplacementPolicy: 'TerminatingOrFailed',
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      });
      const cron = await call('POST', apis('batch/v1', 'cronjobs'), {
        metadata: { name: 'cron' },
        spec: { schedule: '0 2 * * *', suspend: true, jobTemplate: { spec: job } },
      });
      const { jobTemplate: _, ...cronSpec } = cron.spec as Loose;
      expect(cronSpec).toEqual({
        schedule: '0 2 * * *',
        suspend: true,
        concurrencyPolicy: 'Allow',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      });
    });

    test('of a Service, a Secret and a claim', async () => {
      const service = await call('POST', core('services'), {
        metadata: { name: 'service' },
        spec: { selector: { app: 'x' }, ports: [{ port: 80 }] },
      });
      const { clusterIP } = service.spec as { clusterIP: string };
      expect(clusterIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(service.spec).toEqual({
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        selector: { app: 'x' },
        sessionAffinity: 'None',
      });
      expect(
        await call('POST', core('secrets'), { metadata: { name: 'plain' }, stringData: { a: 'b' } }),
      ).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } });
      const claim = await call('POST', core('persistentvolumeclaims'), {
        metadata: { name: 'claim' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      });
      expect(claim).toMatchObject({
        metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
        spec: { volumeMode: 'Filesystem', storageClassName: 'local-path' },
        state: { phase: 'Pending' },
      });
    });
  });

  describe('controllers', () => {
    test('a Deployment makes a ReplicaSet, and that a pod', async () => {
      await call('POST', apis('apps/v1', 'deployments'), deployment('one', { replicas: 1 }));
      await until(apis('apps/v1', 'deployments'), 'one', ({ status }) => status?.updatedReplicas === 1);
      const { items: sets } = await call('GET', apis('apps/v1', 'replicasets?labelSelector=app%3Done'));
      const [set] = sets as {
        metadata: { name: string; uid: string; labels: Loose; annotations: Loose; ownerReferences: Loose[] };
      }[];
      const hash = String(set?.metadata.labels['pod-template-hash']);
      expect(set?.metadata).toMatchObject({
        name: `one-${hash}`,
        annotations: {
          'deployment.kubernetes.io/desired-replicas': '1',
          'deployment.kubernetes.io/max-replicas': '2',
          'deployment.kubernetes.io/revision': '1',
        },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name: 'one', controller: true, blockOwnerDeletion: true },
        ],
      });
      const { items: pods } = await call('GET', core('pods?labelSelector=app%3Done'));
      expect(pods).toMatchObject([
        {
          metadata: {
            name: expect.stringMatching(new RegExp(`^one-${hash}-[a-z0-9]{5}$`)),
            generateName: `one-${hash}-`,
            labels: { app: 'one', 'pod-template-hash': hash },
            ownerReferences: [
              {
                apiVersion: 'apps/v1',
                kind: 'ReplicaSet',
                name: set?.metadata.name,
                uid: set?.metadata.uid,
                controller: true,
              },
            ],
          },
          status: { qosClass: 'BestEffort' },
        },
      ]);
    });

    test('scaled to 0 it says so, and its pod goes', async () => {
      const path = apis('apps/v1', 'deployments/one/scale');
      const patched = await call('PATCH', path, { spec: { replicas: 0 } }, 'application/merge-patch+json');
      expect(patched).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1' });
      const { status } = await until(
        apis('apps/v1', 'deployments'),
        'one',
        (object) =>
          object.status?.observedGeneration === object.metadata.generation && object.status?.replicas === undefined,
      );
      expect(status).not.toHaveProperty('readyReplicas');
      const message = 'Deployment has minimum availability.';
      expect(status.conditions).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message }),
          expect.objectContaining({ type: 'Progressing' }),
        ]),
      );
      // Of a number that is 0 the API says nothing, except where it always says it.
      const scale = await call('GET', path);
      expect(scale.spec).toEqual({});
      expect(scale.state).toEqual({ replicas: 0, selector: 'app=one' });
    });

    test('a Service gets an EndpointSlice and Endpoints', async () => {
      await call('POST', core('services'), {
        metadata: { name: 'sliced', labels: { a: 'b' } },
        spec: { selector: { app: 'none' }, ports: [{ name: 'http', port: 80 }] },
      });
      await until(core('endpoints'), 'sliced', () => true);
      const { items } = await call(
        'GET',
        apis('discovery.k8s.io/v1', 'endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dsliced'),
      );
      expect(items).toMatchObject([
        {
          metadata: {
            name: expect.stringMatching(/^sliced-[a-z0-9]{5}$/),
            labels: {
              a: 'b',
              'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
              'kubernetes.io/service-name': 'sliced',
            },
            ownerReferences: [{ kind: 'Service', name: 'sliced' }],
          },
          addressType: 'IPv4',
        },
      ]);
    });

    test('a namespace has its service account', async () => {
      expect((await call('GET', core('serviceaccounts/default'))).status).toBe(200);
    });

    test('what is owned goes with its owner, what is orphaned stays', async () => {
      for (const [policy, name] of [
        ['Background', 'going'],
        ['Orphan', 'staying'],
      ]) {
        const { metadata } = await call('POST', core('configmaps'), configMap(`${name}-owner`));
        const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: `${name}-owner`, uid: (metadata as Loose).uid };
        await call('POST', core('configmaps'), { metadata: { name, ownerReferences: [owner] } });
        await call('DELETE', core(`configmaps/${name}-owner`), { propagationPolicy: policy });
      }
      await until(core('configmaps'), 'staying', ({ metadata }) => metadata.ownerReferences === undefined);
      for (let status = 200; status !== 404; ) ({ status } = await call('GET', core('configmaps/going')));
      expect((await call('GET', core('configmaps/staying-owner'))).status).toBe(404);
    });
  });

  describe('tables', () => {
    test.each<[string, () => string]>([
      ['Name, Ready, Status, Restarts, Age | IP, Node, Nominated Node, Readiness Gates', () => core('pods')],
      ['Name, Ready, Up-to-date, Available, Age | Containers, Images, Selector', () => apis('apps/v1', 'deployments')],
      ['Name, Desired, Current, Ready, Age | Containers, Images, Selector', () => apis('apps/v1', 'replicasets')],
      ['Name, Ready, Age | Containers, Images', () => apis('apps/v1', 'statefulsets')],
      [
        'Name, Desired, Current, Ready, Up-to-date, Available, Node Selector, Age | Containers, Images, Selector',
        () => apis('apps/v1', 'daemonsets'),
      ],
      ['Name, Controller, Revision, Age |', () => apis('apps/v1', 'controllerrevisions')],
      ['Name, Status, Completions, Duration, Age | Containers, Images, Selector', () => apis('batch/v1', 'jobs')],
      [
        'Name, Schedule, Timezone, Suspend, Active, Last Schedule, Age | Containers, Images, Selector',
        () => apis('batch/v1', 'cronjobs'),
      ],
      ['Name, Type, Cluster-IP, External-IP, Port(s), Age | Selector', () => core('services')],
      ['Name, Endpoints, Age |', () => core('endpoints')],
      ['Name, AddressType, Ports, Endpoints, Age |', () => apis('discovery.k8s.io/v1', 'endpointslices')],
      ['Name, Class, Hosts, Address, Ports, Age |', () => apis('networking.k8s.io/v1', 'ingresses')],
      ['Name, Pod-Selector, Age |', () => apis('networking.k8s.io/v1', 'networkpolicies')],
      ['Name, Holder, Age |', () => apis('coordination.k8s.io/v1', 'leases')],
      [
        'Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age | VolumeMode',
        () => core('persistentvolumeclaims'),
      ],
      [
        'Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, Reason, Age | VolumeMode',
        () => '/api/v1/persistentvolumes',
      ],
      [
        'Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age |',
        () => '/apis/storage.k8s.io/v1/storageclasses',
      ],
      ['Name, Status, Age |', () => '/api/v1/namespaces'],
      ['Name, Data, Age |', () => core('configmaps')],
      ['Name, Type, Data, Age |', () => core('secrets')],
      ['Name, Secrets, Age |', () => core('serviceaccounts')],
      [
        'Name, Status, Roles, Age, Version | Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime',
        () => '/api/v1/nodes',
      ],
      ['Last Seen, Type, Reason, Object, Message | Subobject, Source, First Seen, Count, Name', () => core('events')],
      ['Name, Created At |', () => apis('rbac.authorization.k8s.io/v1', 'roles')],
      ['Name, Role, Age | Users, Groups, ServiceAccounts', () => apis('rbac.authorization.k8s.io/v1', 'rolebindings')],
    ])('have the columns %s', async (expected, path) => {
      const { json: answer } = await raw(admin(), 'GET', path(), { accept: table });
      const columns = (answer as unknown as { columnDefinitions: { name: string; priority: number }[] })
        .columnDefinitions;
      const named = (priority: number) =>
        columns
          .filter((column) => column.priority === priority)
          .map(({ name }) => name)
          .join(', ');
      expect(`${named(0)} | ${named(1)}`.trim()).toBe(expected);
    });

    test('of what is there show it as kubectl does', async () => {
      const cells = async (path: string) =>
        ((await raw(admin(), 'GET', path, { accept: table })).json as unknown as { rows: { cells: unknown[] }[] })
          .rows[0]?.cells;
      await call('POST', apis('apps/v1', 'deployments'), deployment('shown'));
      await until(apis('apps/v1', 'deployments'), 'shown', ({ status }) => status?.observedGeneration === 1);
      expect(await cells(apis('apps/v1', 'deployments/shown'))).toEqual([
        'shown',
        '0/0',
        0,
        0,
        expect.stringMatching(/^\d+s$/),
        'main',
        image,
        'app=shown',
      ]);
      await call('POST', core('services'), {
        metadata: { name: 'shown' },
        spec: {
          selector: { b: 'c', a: 'b' },
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 443, protocol: 'UDP' },
          ],
        },
      });
      expect(await cells(core('services/shown'))).toEqual([
        'shown',
        'ClusterIP',
        expect.any(String),
        '<none>',
        '80/TCP,443/UDP',
        expect.any(String),
        'a=b,b=c',
      ]);
      await call('POST', apis('batch/v1', 'jobs'), {
        metadata: { name: 'shown' },
        spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
      });
      await until(apis('batch/v1', 'jobs'), 'shown', ({ status }) => status?.conditions !== undefined);
      expect((await cells(apis('batch/v1', 'jobs/shown')))?.slice(0, 4)).toEqual(['shown', 'Suspended', '0/1', '']);
      await call('POST', apis('batch/v1', 'cronjobs'), {
        metadata: { name: 'shown' },
        spec: {
          schedule: '0 2 * * *',
          suspend: true,
          jobTemplate: {
            spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
          },
        },
      });
      expect(await cells(apis('batch/v1', 'cronjobs/shown'))).toEqual([
        'shown',
        '0 2 * * *',
        '<none>',
        'True',
        0,
        '<none>',
        expect.any(String),
        'main',
        image,
        '<none>',
      ]);
      await call('POST', core('persistentvolumeclaims'), {
        metadata: { name: 'shown' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      });
      expect(await cells(core('persistentvolumeclaims/shown'))).toEqual([
        'shown',
        'Pending',
        '',
        '',
        '',
        'local-path',
        '<unset>',
        expect.any(String),
        'Filesystem',
      ]);
    });
  });

  describe('discovery', () => {
    test.each([
      ...new Set(
        resourceTypes
          .filter(({ group }) => !/fluxcd|metrics/.test(group))
          .map(({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
      ),
    ])('%s', async (path) => {
      const { json: answer } = await raw(admin(), 'GET', `/${path}`);
      const served = (answer as unknown as { resources: { name: string }[] }).resources;
      const expected = resourceTypes.filter(
        ({ group, version }) => path === (group === '' ? `api/${version}` : `apis/${group}/${version}`),
      );
      for (const { resource, kind, namespaced, singular, shortNames, categories } of expected) {
        expect(served.find(({ name }) => name === resource)).toMatchObject({
          kind,
          namespaced,
          singularName: singular,
          ...(shortNames.length > 0 ? { shortNames } : {}),
          ...(categories.length > 0 ? { categories } : {}),
        });
      }
    });

    test('in one document, as newer kubectl asks for it', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
      const { type, json: answer } = await raw(admin(), 'GET', '/apis', { accept });
      expect(type).toBe(accept);
      const apps = (
        answer.items as { metadata: { name: string }; versions: { version: string; resources: Loose[] }[] }[]
      ).find(({ metadata }) => metadata.name === 'apps');
      expect(apps?.versions[0]?.resources.find(({ resource }) => resource === 'deployments')).toMatchObject({
        responseKind: { group: '', version: '', kind: 'Deployment' },
        scope: 'Namespaced',
        singularResource: 'deployment',
        subresources: expect.arrayContaining([
          expect.objectContaining({
            subresource: 'scale',
            responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          }),
        ]),
      });
    });

    test('/healthz, /livez and /readyz answer ok', async () => {
      for (const path of ['/healthz', '/livez', '/readyz']) expect((await raw(admin(), 'GET', path)).body).toBe('ok');
    });
  });

  test('a namespace that something holds says what holds it', async () => {
    const name = `${system().namespace}-held`;
    await call('POST', '/api/v1/namespaces', { metadata: { name } });
    await call('POST', `/api/v1/namespaces/${name}/configmaps`, {
      metadata: { name: 'held', finalizers: ['contract.test/hold'] },
    });
    expect(await call('DELETE', `/api/v1/namespaces/${name}`)).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
      state: { phase: 'Terminating' },
    });
    const { status } = await until('/api/v1/namespaces', name, (object) =>
      JSON.stringify(object.status).includes('SomeFinalizersRemain'),
    );
    expect(status.conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: 'Some resources are remaining: configmaps. has 1 resource instances',
        }),
        expect.objectContaining({
          type: 'NamespaceFinalizersRemaining',
          message: 'Some content in the namespace has finalizers remaining: contract.test/hold in 1 resource instances',
        }),
      ]),
    );
    expect(await call('POST', `/api/v1/namespaces/${name}/configmaps`, configMap('late'))).toMatchObject({
      status: 403,
      message: `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
    });
    await call(
      'PATCH',
      `/api/v1/namespaces/${name}/configmaps/held`,
      { metadata: { finalizers: null } },
      'application/merge-patch+json',
    );
  });
});
