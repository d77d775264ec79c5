import { expect, test } from 'vitest';
import type { KubeObject } from '../embedded/kubernetes/object.ts';
import { loadManifests } from '../embedded/manifests.ts';
import { bundleProgram } from './bundle.ts';
import { imagesFromEnvironment } from './images.ts';
import { clusterObjects, kindLabel, programNames } from './objects.ts';

const manifests = await loadManifests();
const programs = new Map(programNames(manifests).map((name) => [name, `// ${name}`]));
const made = (env: NodeJS.ProcessEnv = {}) =>
  clusterObjects(manifests, { kind: 'scratch', images: imagesFromEnvironment(env), timeScale: 30, programs });

/** Every value of members of this name, however deep. */
function members(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key === name ? [inner] : []), ...members(inner, name)]);
}

const images = (objects: readonly KubeObject[]) =>
  objects.flatMap(({ spec }) => members(spec, 'image')).filter((image) => typeof image === 'string');

test('the replica’s own programs run on a plain Node, by modules that are mounted from their namespace', () => {
  const { objects } = made();
  expect(images(objects).filter((image) => image.startsWith('telemetry-replica/'))).toEqual([]);
  const configMaps = new Set(
    objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  const mounted = objects.flatMap((object) =>
    members(object.spec, 'configMap').map(
      (volume) => `${object.metadata.namespace}/${(volume as { name: string }).name}`,
    ),
  );
  expect(mounted.filter((name) => name.includes('/replica-program-')).length).toBeGreaterThanOrEqual(8);
  expect(mounted.filter((name) => !configMaps.has(name))).toEqual([]);
});

test('each object bears the label by which it is removed, and no status', () => {
  const { objects } = made();
  expect(objects.filter(({ metadata }) => metadata.labels?.[kindLabel] !== 'scratch')).toEqual([]);
  expect(objects.filter(({ status }) => status !== undefined)).toEqual([]);
});

test('no image but a pinned one', () => {
  expect(images(made().objects).filter((image) => !/:[^:/]*\d/.test(image))).toEqual([]);
});

test('an image of the environment stands in for its repository alone, and is named once', () => {
  const { objects, standIns } = made({
    REPLICA_IMAGE_POSTGRES: 'mirror.test/postgres:16',
    REPLICA_IMAGE_NODE: 'node:mine',
  });
  expect(standIns).toEqual(expect.arrayContaining(['mirror.test/postgres:16 for postgres:16.11']));
  expect(standIns).toHaveLength(2);
  expect(images(objects)).toContain('timescale/timescaledb:2.23.0-pg16');
  expect(images(objects)).not.toContain('postgres:16.11');
});

test('the manifests themselves stay as they are', () => {
  const before = JSON.stringify(manifests);
  made({ REPLICA_IMAGE_NODE: 'node:mine' });
  expect(JSON.stringify(manifests)).toBe(before);
});

test.each(programNames(manifests))('%s fits into a ConfigMap as one module', async (name) => {
  const code = await bundleProgram(name);
  expect(code.length).toBeGreaterThan(100);
  expect(Buffer.byteLength(code)).toBeLessThan(1_000_000);
});
