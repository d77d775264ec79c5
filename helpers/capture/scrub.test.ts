import { expect, test } from 'vitest';
import { scrubbed } from './scrub.ts';

const deployment = (env: readonly object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'sink',
    namespace: 'old',
    uid: 'u',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"password":"hunter22"}' },
  },
  spec: { template: { spec: { containers: [{ name: 'main', env }] } } },
  status: { replicas: 1 },
});

test('a password in a variable or a URL, and what kubectl repeats of it, is left out and said to be', () => {
  const { manifest, left } = scrubbed(
    deployment([
      { name: 'DB_PASSWORD', value: 'hunter22' },
      { name: 'DATABASE', value: 'postgres://reader:hunter22@db:5432/old' },
      { name: 'PGHOST', value: 'db' },
    ]),
  );
  expect(JSON.stringify(manifest)).not.toContain('hunter22');
  expect(JSON.stringify(manifest)).toContain('postgres://reader:***@db:5432/old');
  expect(left).toHaveLength(2);
  expect(left[0]).toContain('Deployment old/sink: ');
  expect(manifest).not.toHaveProperty('status');
  expect(manifest.metadata).not.toHaveProperty('uid');
});

test('what refers to a secret elsewhere stays as it is', () => {
  const env = [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 's', key: 'password' } } }];
  const { manifest, left } = scrubbed(deployment(env));
  expect(left).toEqual([]);
  expect(JSON.stringify(manifest)).toContain('secretKeyRef');
});

test('a line of a configuration that gives a password is left out, a variable in its place is not', () => {
  const { manifest, left } = scrubbed({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'old' },
    data: { 'app.yaml': 'user: reader\npassword: hunter22\nother_password: $DB_PASSWORD\n' },
  });
  expect(JSON.stringify(manifest)).not.toContain('hunter22');
  expect(JSON.stringify(manifest)).toContain('$DB_PASSWORD');
  expect(left).toHaveLength(1);
});
