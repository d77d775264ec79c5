import { readFileSync } from 'node:fs';
import * as models from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Migration } from '../../helpers/config/schema.ts';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { loadManifests } from '../embedded/manifests.ts';

const objects = await loadManifests();
const migration = parse(readFileSync(new URL('../../migration.yaml', import.meta.url), 'utf8')) as Migration;
const find = (kind: string, namespace: string, name: string) =>
  objects.find(({ kind: of, metadata }) => of === kind && metadata.namespace === namespace && metadata.name === name);

interface Model {
  getAttributeTypeMap(): { readonly baseName: string; readonly type: string }[];
}

/** Paths that the kind's schema does not know, by the client library's models; custom resources have none. */
function unknownMembers(value: unknown, type: string, path: string): string[] {
  const item = /^Array<(.*)>$/.exec(type)?.[1];
  if (item) return (value as unknown[]).flatMap((each, index) => unknownMembers(each, item, `${path}[${index}]`));
  const model = (models as unknown as Record<string, Model | undefined>)[type];
  if (!model?.getAttributeTypeMap || typeof value !== 'object' || value === null) return [];
  const known = new Map(model.getAttributeTypeMap().map(({ baseName, type: inner }) => [baseName, inner]));
  return Object.entries(value).flatMap(([name, inner]) => {
    const innerType = known.get(name);
    return innerType ? unknownMembers(inner, innerType, `${path}.${name}`) : [`${path}.${name}`];
  });
}

const label = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

describe('every object', () => {
  test.each(
    objects
      .filter(({ apiVersion }) => !apiVersion.includes('fluxcd'))
      .map((object) => [label(object), object] as const),
  )('%s has members that its kind knows', (_, object) => {
    const type = `V1${object.kind}`;
    expect(models).toHaveProperty(type);
    expect(unknownMembers(object, type, object.kind)).toEqual([]);
  });

  test('is there once, in a namespace that is there', () => {
    expect(new Set(objects.map(label)).size).toBe(objects.length);
    const namespaces = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
    const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
    expect(used.filter((namespace) => !namespaces.has(namespace))).toEqual([]);
  });
});

test('what takes long to start is given that time by a startup probe, never by a delay that a slow machine outlasts', () => {
  const containers = objects.flatMap(({ spec }) => {
    const template = spec?.template as { spec?: models.V1PodSpec } | undefined;
    return template?.spec?.containers ?? [];
  });
  expect(containers.length).toBeGreaterThan(10);
  expect(containers.filter(({ livenessProbe }) => livenessProbe?.initialDelaySeconds)).toEqual([]);
  const slow = containers.filter(({ ports = [] }) => ports.some(({ name }) => name === 'postgres' || name === 'kafka'));
  expect(slow).toHaveLength(4);
  for (const { startupProbe } of slow) expect(startupProbe?.failureThreshold).toBeGreaterThan(100);
});

describe('what migration.yaml names is there', () => {
  test.each([...migration.new.workloads, ...migration.old.workloads])(
    '$kind $namespace/$name',
    ({ kind, namespace, name }) => {
      expect(find(kind, namespace, name)).toBeDefined();
    },
  );

  test.each(Object.values(migration.credentials).flatMap(({ secret }) => secret ?? []))(
    'Secret $namespace/$name',
    (secret) => {
      const data = find('Secret', secret.namespace, secret.name)?.stringData;
      expect(data).toMatchObject({ [secret.username]: 'verifier', [secret.password]: expect.any(String) });
    },
  );

  test.each(Object.entries(migration.new.connect))('the streams of %s', (_, { kind, namespace, name, streams }) => {
    const workload = find(kind, namespace, name) as { spec: { template: { spec: models.V1PodSpec } } } | undefined;
    const configMap = workload?.spec.template.spec.volumes?.find(({ configMap }) => configMap)?.configMap?.name ?? '';
    const files = Object.keys((find('ConfigMap', namespace, configMap)?.data ?? {}) as object);
    expect(files.sort()).toEqual(streams.map((stream) => `${stream}.yaml`).sort());
  });
});

test('the verifier may read and forward ports, and nothing else', () => {
  const rules = objects
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap((role) => role.rules as models.V1PolicyRule[]);
  for (const { verbs, resources, resourceNames } of rules) {
    const allowed = resources?.join() === 'pods/portforward' ? ['get', 'create'] : ['get', 'list', 'watch'];
    expect(verbs.filter((verb) => !allowed.includes(verb))).toEqual([]);
    if (resources?.includes('secrets')) expect(resourceNames).toHaveLength(1);
    expect([...(resources ?? [])]).not.toContain('*');
  }
});
