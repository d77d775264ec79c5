import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { HistoryState } from './history/state.ts';
import type { KubeObject } from './kubernetes/object.ts';

const directory = resolve(import.meta.dirname, '..', 'manifests');

/** Every object of replica/manifests/, namespaces first, then what others refer to, then what runs. */
export async function loadManifests(): Promise<readonly KubeObject[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  const documents = await Promise.all(
    files.map(async (name) =>
      parseAllDocuments(await readFile(join(directory, name), 'utf8')).map((document) => document.toJS() as KubeObject),
    ),
  );
  return documents.flat().sort((a, b) => rank(a) - rank(b));
}

const order = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
];

function rank({ kind }: KubeObject): number {
  const index = order.indexOf(kind);
  return index < 0 ? order.length : index;
}

const writers = new Set(['mqtt-input', 'mqtt-input-v2', 'redpanda-sink', 'redpanda-sink-v2']);

/** After the cutover the old system's inputs and sinks are scaled to 0; its database stays. */
export function asOf(state: HistoryState, object: KubeObject): KubeObject {
  if (state !== 'after-phase5' || object.kind !== 'Deployment' || !writers.has(object.metadata.namespace ?? ''))
    return object;
  return { ...object, spec: { ...object.spec, replicas: 0 } };
}
