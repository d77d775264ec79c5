import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCredentials } from './credentials.ts';
import { ReadOnlyKube } from './kube.ts';
import { mask } from './mask.ts';
import { FakeApi, json, statusBody } from './testing/fake-api.ts';

let api: FakeApi;
let kube: ReadOnlyKube;
const config = {
  secret: { namespace: 'mosquitto', name: 'verifier', username: 'user', password: 'pass' },
  env: { username: 'VERIFY_USER', password: 'VERIFY_PASSWORD' },
};

beforeEach(async () => {
  api = await FakeApi.start();
  kube = new ReadOnlyKube(api.kubeConfig(), { deadlineSeconds: 5 });
});

afterEach(async () => {
  kube.close();
  await api[Symbol.asyncDispose]();
});

function secret(data: Record<string, string>): void {
  const encoded = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  api.answer = (response) => json(response, 200, { metadata: { name: 'verifier' }, data: encoded });
}

test('the environment comes first, and the cluster is not asked', async () => {
  const found = await readCredentials(kube, config, 'mqtt', { VERIFY_USER: 'me', VERIFY_PASSWORD: 'from-environment' });
  expect([found.username, found.password.reveal()]).toEqual(['me', 'from-environment']);
  expect(api.requests).toEqual([]);
});

test('else the Secret, read by its name, and masked from then on', async () => {
  secret({ user: 'me', pass: 'from-the-secret' });
  const found = await readCredentials(kube, config, 'mqtt', { VERIFY_USER: 'me' });
  expect([found.username, found.password.reveal()]).toEqual(['me', 'from-the-secret']);
  expect(api.requests).toEqual(['GET /api/v1/namespaces/mosquitto/secrets/verifier']);
  expect(mask('password=from-the-secret')).toBe('password=***');
});

describe('without them it says what to do, and never a value', () => {
  test.each([
    [
      'no Secret',
      () => {
        api.answer = (response) =>
          json(response, 404, statusBody(404, 'NotFound', 'secrets "verifier" not found', { name: 'verifier' }));
      },
      'Secret mosquitto/verifier does not exist',
    ],
    [
      'other keys',
      () => secret({ user: 'me', token: 'some-secret-token' }),
      'Secret mosquitto/verifier lacks the keys user and pass; its keys: user, token',
    ],
    ['an empty value', () => secret({ user: 'me', pass: '' }), 'lacks the keys'],
  ])('%s', async (_name, script, words) => {
    script();
    const error = await readCredentials(kube, config, 'mqtt', {}).catch((reason) => reason);
    expect(error).toMatchObject({
      name: 'Unobservable',
      kind: 'unauthorized',
      hint: 'set VERIFY_USER and VERIFY_PASSWORD, or create Secret mosquitto/verifier',
    });
    expect(error.message).toContain(`credentials mqtt: `);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('some-secret-token');
  });

  test('neither is configured', async () => {
    await expect(readCredentials(kube, {}, 'mqtt', {})).rejects.toMatchObject({
      kind: 'unauthorized',
      hint: 'see credentials.mqtt in migration.yaml',
    });
  });

  test('a permission that is missing is forbidden', async () => {
    api.answer = (response) => json(response, 403, statusBody(403, 'Forbidden', 'no'));
    await expect(readCredentials(kube, config, 'mqtt', {})).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
