import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReadOnlyKube } from '../../target/kube.ts';
import { FakeApi, json, statusBody } from '../../target/testing/fake-api.ts';
import type { Need } from '../observed.ts';
import { lookWithin } from './look.ts';
import { mayDoAll, observePermissions, observeUser } from './permissions.ts';

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

/** Answers each question by its attributes, and keeps them. */
function answering(allowed: (attributes: Record<string, string>) => boolean) {
  const asked: Record<string, string>[] = [];
  api.answer = async (response, _url, request) => {
    const { resourceAttributes } = JSON.parse(await text(request)).spec;
    asked.push(resourceAttributes);
    json(response, 201, { status: { allowed: allowed(resourceAttributes) } });
  };
  return asked;
}

const need = (resource: string, verb = 'get', name?: string): Need => ({
  namespace: 'x',
  group: '',
  resource,
  verb,
  ...(name === undefined ? {} : { name }),
});

test('each need is asked for as the request that verify sends', async () => {
  const asked = answering(({ subresource, name }) => subresource === 'log' || name === 's');
  const needs = [need('pods/log'), need('pods', 'list'), need('secrets', 'get', 's')];
  const sights = await observePermissions({ kube }, lookWithin(5), needs);
  expect(sights).toEqual([
    { need: needs[0], allowed: { seen: true } },
    { need: needs[1], allowed: { seen: false } },
    { need: needs[2], allowed: { seen: true } },
  ]);
  expect(asked).toHaveLength(3);
  expect(asked).toContainEqual({ namespace: 'x', group: '', resource: 'pods', subresource: 'log', verb: 'get' });
  expect(asked).toContainEqual({ namespace: 'x', group: '', resource: 'secrets', name: 's', verb: 'get' });
});

test('many needs are asked for together, in their order, over few connections', async () => {
  answering(({ name }) => Number(name) % 2 === 0);
  const needs = Array.from({ length: 100 }, (_, index) => need('secrets', 'get', String(index)));
  const sights = await observePermissions({ kube }, lookWithin(5), needs);
  expect(sights.map(({ allowed }) => allowed)).toEqual(needs.map((_, index) => ({ seen: index % 2 === 0 })));
  expect(api.connections).toBeLessThanOrEqual(8);
});

test('a question that may not be asked is no denial', async () => {
  api.answer = (response) => json(response, 403, statusBody(403, 'Forbidden', 'no'));
  const [sight] = await observePermissions({ kube }, lookWithin(5), [need('pods')]);
  expect(sight?.allowed).toMatchObject({ unseen: { kind: 'forbidden' } });
});

test('an answer that is none is not understood, and no denial either', async () => {
  api.answer = (response) => json(response, 200, {});
  const [sight] = await observePermissions({ kube }, lookWithin(5), [need('pods')]);
  expect(sight?.allowed).toMatchObject({ unseen: { kind: 'unsupported' } });
});

test('may a user do everything, everywhere?', async () => {
  const asked = answering(() => true);
  expect(await mayDoAll({ kube })).toBe(true);
  expect(asked).toEqual([{ group: '*', resource: '*', verb: '*' }]);
});

test('the name that the API server has for this user; older ones do not tell', async () => {
  api.answer = (response) => json(response, 201, { status: { userInfo: { username: 'reader' } } });
  expect(await observeUser({ kube })).toBe('reader');
  api.answer = (response) => json(response, 404, statusBody(404, 'NotFound', 'the server could not find it'));
  await expect(observeUser({ kube })).rejects.toMatchObject({ kind: 'unsupported' });
});
