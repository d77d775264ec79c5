import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ifExists } from './answer.ts';
import { ReadOnlyKube } from './kube.ts';
import { FakeApi, json, statusBody } from './testing/fake-api.ts';
import { WriteRefused } from './transport.ts';

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

const query = { namespace: 'x', pod: 'p', container: 'c' };

test('reads typed objects, with dates as dates', async () => {
  api.answer = (response) =>
    json(response, 200, { items: [{ metadata: { name: 'p', creationTimestamp: '2026-11-20T02:00:00Z' } }] });
  const { items } = await kube.core.listNamespacedPod({ namespace: 'x', labelSelector: 'app=a' });
  expect(items[0]?.metadata?.creationTimestamp).toEqual(new Date('2026-11-20T02:00:00Z'));
  expect(api.requests).toEqual(['GET /api/v1/namespaces/x/pods?labelSelector=app%3Da']);
});

test('reads custom resources and versions', async () => {
  api.answer = (response, url) =>
    json(
      response,
      200,
      url.pathname === '/version/' || url.pathname === '/version'
        ? { gitVersion: 'v1.33.0' }
        : { items: [{ spec: {} }] },
    );
  const flux = {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    namespace: 'flux-system',
    plural: 'kustomizations',
  };
  expect(await kube.custom.listNamespacedCustomObject(flux)).toEqual({ items: [{ spec: {} }] });
  expect((await kube.version.getCode()).gitVersion).toBe('v1.33.0');
});

test('a write neither compiles nor leaves this process', async () => {
  // @ts-expect-error: only reads are there
  const write = () => kube.core.deleteNamespacedPod({ namespace: 'x', name: 'p' });
  await expect(write()).rejects.toThrow(WriteRefused);
  // @ts-expect-error: only reads are there
  const scale = () => kube.apps.patchNamespacedDeploymentScale({ namespace: 'x', name: 'd', body: {} });
  await expect(scale()).rejects.toThrow(WriteRefused);
  expect(api.requests).toEqual([]);
});

test('what may be missing', async () => {
  api.answer = (response) => json(response, 404, statusBody(404, 'NotFound', 'pods "p" not found', { name: 'p' }));
  expect(await ifExists(kube.core.readNamespacedPod({ namespace: 'x', name: 'p' }))).toBeUndefined();
  api.answer = (response) => json(response, 403, statusBody(403, 'Forbidden', 'no'));
  await expect(ifExists(kube.core.readNamespacedPod({ namespace: 'x', name: 'p' }))).rejects.toMatchObject({
    kind: 'forbidden',
  });
});

describe('logs', () => {
  test('come line by line, with what was asked for', async () => {
    api.answer = (response) => response.end('a\nb\n');
    const sinceTime = new Date('2026-11-20T02:00:00Z');
    expect(await Array.fromAsync(kube.log({ ...query, previous: true, sinceTime, timestamps: true }))).toEqual([
      'a',
      'b',
    ]);
    expect(api.requests[0]).toBe(
      'GET /api/v1/namespaces/x/pods/p/log?container=c&previous=true&sinceTime=2026-11-20T02%3A00%3A00.000Z&timestamps=true',
    );
  });

  test('that do not exist are an answer', async () => {
    const words = 'previous terminated container "c" in pod "p" not found';
    api.answer = (response) => json(response, 400, statusBody(400, 'BadRequest', words));
    await expect(Array.fromAsync(kube.log({ ...query, previous: true }))).rejects.toMatchObject({
      name: 'ApiAnswer',
      status: 400,
    });
  });

  test('that are followed end with the signal, without an error', async () => {
    const caller = new AbortController();
    api.answer = (response) => response.writeHead(200).write('a\n');
    const read: string[] = [];
    for await (const line of kube.log({ ...query, follow: true, signal: caller.signal })) {
      read.push(line);
      caller.abort();
    }
    expect(read).toEqual(['a']);
  });

  test('that stop in the middle are a time-out', async () => {
    kube.close();
    kube = new ReadOnlyKube(api.kubeConfig(), { deadlineSeconds: 0.1 });
    api.answer = (response) => response.writeHead(200).write('a\n');
    await expect(Array.fromAsync(kube.log(query))).rejects.toMatchObject({ name: 'Unobservable', kind: 'timeout' });
  });

  test('that are cut are no whole log', async () => {
    api.answer = (response) => {
      response.writeHead(200).write('a\n');
      setImmediate(() => response.destroy());
    };
    await expect(Array.fromAsync(kube.log(query))).rejects.toMatchObject({ name: 'Unobservable', kind: 'unreachable' });
  });

  test('that nobody reads on leave no connection', async () => {
    api.answer = (response) => response.writeHead(200).write('a\n');
    for await (const _line of kube.log({ ...query, follow: true })) break;
    await Promise.all([...api.sockets].map((socket) => once(socket, 'close')));
  });
});

describe('watches', () => {
  test('give events as they come', async () => {
    api.answer = (response) => {
      response.writeHead(200);
      response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'p' } } })}\n`);
      response.end(`${JSON.stringify({ type: 'DELETED', object: { metadata: { name: 'p' } } })}\n`);
    };
    const events = await Array.fromAsync(kube.watch('/api/v1/namespaces/x/pods', { resourceVersion: '5' }));
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
    expect(api.requests[0]).toContain('resourceVersion=5&watch=true&allowWatchBookmarks=true');
  });

  test('of a version that is too old say so', async () => {
    api.answer = (response) =>
      response.end(JSON.stringify({ type: 'ERROR', object: statusBody(410, 'Expired', 'too old') }));
    await expect(Array.fromAsync(kube.watch('/api/v1/pods'))).rejects.toMatchObject({ name: 'ApiAnswer', status: 410 });
  });
});
