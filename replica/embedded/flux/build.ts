import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../kubernetes/object.ts';
import type { Files } from './content.ts';

/** What Flux says when it cannot make objects of a path. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  /** The reason of the condition Ready. */
  readonly reason: 'ArtifactFailed' | 'BuildFailed';

  constructor(reason: BuildError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const known: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'namespace']);

/**
 * The objects of a directory, as kustomize builds them: by its kustomization.yaml, or without one by every YAML file
 * beneath it. Of kustomize it knows resources and namespace. Throws `BuildError` for what it cannot build, and for what
 * it does not know: never objects other than kustomize's.
 */
export function build(files: Files, path: string): KubeObject[] {
  const directory = normal(path);
  if (!contains(files, directory))
    throw new BuildError(
      'ArtifactFailed',
      `kustomization path not found: stat /tmp/${directory}: no such file or directory`,
    );
  return buildDirectory(files, directory, []);
}

function buildDirectory(files: Files, directory: string, from: readonly string[]): KubeObject[] {
  if (from.includes(directory)) throw failed(`cycle detected: ${[...from, directory].join(' -> ')}`);
  const file = kustomizationNames.map((name) => posix.join(directory, name)).find((name) => files.has(name));
  if (file === undefined) return generated(files, directory, from);
  const [given] = documentsOf(files, file) as [Record<string, unknown>?];
  const unknown = Object.keys(given ?? {}).filter((member) => !known.has(member));
  if (unknown.length > 0) throw failed(`the embedded replica's kustomize knows no ${unknown.join(', ')} (${file})`);
  const resources = (given?.resources ?? []) as string[];
  const objects = resources.flatMap((resource) => {
    const target = posix.normalize(posix.join(directory, resource));
    if (files.has(target)) return objectsOf(files, target);
    if (contains(files, target)) return buildDirectory(files, target, [...from, directory]);
    throw failed(
      `accumulating resources: accumulation err='accumulating resources from '${resource}': no such file or directory`,
    );
  });
  const { namespace } = given ?? {};
  return typeof namespace === 'string' ? objects.map((object) => inNamespace(object, namespace)) : objects;
}

/** As kustomize-controller does where there is no kustomization.yaml: every YAML file beneath; a directory with one of its own by that. */
function generated(files: Files, directory: string, from: readonly string[]): KubeObject[] {
  const beneath = [...files.keys()].filter((path) => isBeneath(path, directory)).sort();
  const folders = beneath
    .filter((path) => kustomizationNames.includes(posix.basename(path)))
    .map((path) => posix.dirname(path));
  const outer = folders.filter((folder) => !folders.some((other) => other !== folder && isBeneath(folder, other)));
  const plain = beneath.filter((path) => /\.ya?ml$/.test(path) && !outer.some((folder) => isBeneath(path, folder)));
  return [
    ...plain.flatMap((path) => objectsOf(files, path)),
    ...outer.flatMap((folder) => buildDirectory(files, folder, [...from, directory])),
  ];
}

function objectsOf(files: Files, path: string): KubeObject[] {
  return documentsOf(files, path).map((document) => {
    const object = document as KubeObject;
    if (!object.kind || !object.apiVersion || !object.metadata?.name)
      throw failed(`${path}: missing apiVersion, kind or metadata.name`);
    return object;
  });
}

function documentsOf(files: Files, path: string): unknown[] {
  return parseAllDocuments(files.get(path) ?? '').flatMap((document) => {
    const [error] = document.errors;
    if (error) throw failed(`${path}: MalformedYAMLError: ${error.message.split('\n', 1)[0]}`);
    return document.contents === null ? [] : [document.toJS()];
  });
}

function failed(message: string): BuildError {
  return new BuildError('BuildFailed', `kustomize build failed: ${message}`);
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  if (object.kind === 'Namespace') return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function normal(path: string): string {
  return posix.normalize(path).replace(/^\.\/|\/$/g, '');
}

function contains(files: Files, directory: string): boolean {
  return [...files.keys()].some((path) => isBeneath(path, directory));
}

function isBeneath(path: string, directory: string): boolean {
  return directory === '.' || directory === '' || path.startsWith(`${directory}/`);
}
