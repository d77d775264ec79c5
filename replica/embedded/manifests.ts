import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { gitopsAsOf } from './flux/stage.ts';
import { type HistoryState, oldSystemRuns } from './history/state.ts';
import type { KubeObject } from './kubernetes/object.ts';

const root = resolve(import.meta.dirname, '..', '..');
const directory = join(root, 'replica', 'manifests');
/** The read-only account, as an operator applies it: what a replica lets verify do is what a real cluster will. */
const account = join(root, 'deploy', 'rbac.yaml');

/** Every object of replica/manifests/ and the read-only account, namespaces first, then what others refer to, then what runs. */
export async function loadManifests(): Promise<readonly KubeObject[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  const files = [...names.map((name) => join(directory, name)), account];
  const documents = await Promise.all(
    files.map(async (file) =>
      parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS() as KubeObject),
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

/** Of the old system's inputs and sinks. */
const oldNamespaces: ReadonlySet<string> = new Set([
  'mqtt-input',
  'mqtt-input-v2',
  'redpanda-sink',
  'redpanda-sink-v2',
]);

/**
 * What is left of the objects in a state: after the cutover the old system's inputs and sinks are scaled to 0, after
 * phase 8 their namespaces are gone; its database stays. Flux's Kustomizations are as `gitopsAsOf` says.
 */
export function asOf(state: HistoryState, manifests: readonly KubeObject[]): KubeObject[] {
  const objects = manifests.flatMap((object) => gitopsAsOf(state, object) ?? []);
  const isOld = ({ kind, metadata: { name, namespace } }: KubeObject) =>
    oldNamespaces.has(kind === 'Namespace' ? name : (namespace ?? ''));
  if (state === 'after-phase8') return objects.filter((object) => !isOld(object));
  if (oldSystemRuns(state)) return objects;
  return objects.map((object) =>
    object.kind === 'Deployment' && isOld(object) ? { ...object, spec: { ...object.spec, replicas: 0 } } : object,
  );
}
