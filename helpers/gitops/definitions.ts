import { posix } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { Defined, Definition, GitTree } from './observed.ts';

type Files = GitTree['files'];
type Plain = Readonly<Record<string, unknown>>;

const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const kinds: ReadonlySet<string> = new Set(['Kustomization', 'Deployment', 'StatefulSet']);
/** Members of a kustomization.yaml that are followed here, or that have no say in what is looked for. */
const harmless: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'metadata', 'resources', 'namespace', 'replicas', 'images', 'labels', 'commonLabels'],
  ...[
    'commonAnnotations',
    'configMapGenerator',
    'secretGenerator',
    'generatorOptions',
    'sortOptions',
    'configurations',
  ],
]);
const patchMembers: ReadonlySet<string> = new Set(['patches', 'patchesStrategicMerge', 'patchesJson6902']);

/**
 * What Flux finds under a path: by its kustomization.yaml and what that refers to, without one by every YAML file beneath.
 * It is no kustomize: what it does not follow it says.
 */
export function definedUnder(files: Files, path: string): Defined {
  return inDirectory(files, normal(path), []);
}

/** What one file defines, each document by itself. */
export function definedIn(files: Files, file: string): Defined {
  const counter = new LineCounter();
  const documents = [...parseAllDocuments(files.get(file) ?? '', { lineCounter: counter })];
  const lineAt = (offset: number) => counter.linePos(offset).line;
  return {
    definitions: documents.flatMap((document) => {
      if (document.errors.length > 0 || document.contents === null) return [];
      const line = lineAt(document.contents.range?.[0] ?? 0);
      return objectsOf(document.toJS()).flatMap((object) => definition(file, line, object) ?? []);
    }),
    unfollowed: [],
    unreadable: documents.flatMap(({ errors: [error] }) =>
      error === undefined ? [] : [`${file}:${lineAt(error.pos[0])}: ${error.message.split('\n', 1)[0]}`],
    ),
  };
}

/** Every directory that holds a file, and those above it. */
export function directoriesOf(files: Files): string[] {
  const above = (directory: string): string[] =>
    directory === '.' ? [] : [directory, ...above(posix.dirname(directory))];
  return [...new Set([...files.keys()].flatMap((file) => above(posix.dirname(file))))].sort();
}

/** The YAML files of a repository. */
export function yamlFiles(files: Files): string[] {
  return [...files.keys()].filter((file) => /\.ya?ml$/.test(file)).sort();
}

/** The document's object, or those of its list. */
function objectsOf(document: unknown): Plain[] {
  if (!isPlain(document)) return [];
  return Array.isArray(document.items) ? document.items.flatMap(objectsOf) : [document];
}

function definition(file: string, line: number, { apiVersion, kind, metadata, spec }: Plain): Definition | undefined {
  const { name, namespace } = isPlain(metadata) ? metadata : {};
  if (typeof kind !== 'string' || !kinds.has(kind) || typeof name !== 'string') return undefined;
  // kustomize's own file is of a kind of the same name.
  if (kind === 'Kustomization' && !String(apiVersion).startsWith('kustomize.toolkit.fluxcd.io/')) return undefined;
  const { replicas, suspend, path } = isPlain(spec) ? spec : {};
  return {
    file,
    line,
    kind,
    ...(typeof namespace === 'string' ? { namespace } : {}),
    name,
    ...(replicas === undefined || replicas === null
      ? {}
      : { replicas: typeof replicas === 'number' ? replicas : String(replicas) }),
    ...(typeof suspend === 'boolean' ? { suspend } : {}),
    ...(typeof path === 'string' ? { path } : {}),
  };
}

function inDirectory(files: Files, path: string, from: readonly string[]): Defined {
  const file = kustomizationNames.map((name) => posix.join(path, name)).find((name) => files.has(name));
  if (file === undefined) return joined(beneath(files, path).map((each) => definedIn(files, each)));
  if (from.includes(path)) return joined([]);
  const [document] = [...parseAllDocuments(files.get(file) ?? '')];
  const given: unknown = document?.errors.length === 0 ? document.toJS() : undefined;
  if (!isPlain(given)) return { ...joined([]), unreadable: [file] };
  const parts = listOf(given.resources).map((resource): Defined => {
    const target = posix.normalize(posix.join(path, String(resource)));
    if (files.has(target)) return definedIn(files, target);
    if ([...files.keys()].some((each) => isBeneath(each, target))) return inDirectory(files, target, [...from, path]);
    return { ...joined([]), unfollowed: [`${file}: resource ${resource}`] };
  });
  const all = joined(parts);
  const others = Object.keys(given).filter(
    (member) => !harmless.has(member) && maySetReplicas(files, path, given, member),
  );
  return {
    ...all,
    definitions: all.definitions.map((each) => overlaid(each, given)),
    unfollowed: [...all.unfollowed, ...others.map((member) => `${file}: ${member}`)],
  };
}

/** A patch that does not speak of replicas sets none; of what else there is it cannot be told. */
function maySetReplicas(files: Files, path: string, given: Plain, member: string): boolean {
  if (!patchMembers.has(member)) return true;
  const text = JSON.stringify(given[member]);
  const named = listOf(given[member]).flatMap((each) => (isPlain(each) ? (each.path ?? []) : each));
  const inFiles = named.map((name) => files.get(posix.normalize(posix.join(path, String(name)))) ?? '');
  return [text, ...inFiles].some((each) => each.includes('replicas'));
}

function overlaid(each: Definition, { namespace, replicas }: Plain): Definition {
  const set = listOf(replicas).find((entry) => isPlain(entry) && entry.name === each.name);
  const isWorkload = each.kind !== 'Kustomization';
  return {
    ...each,
    ...(typeof namespace === 'string' ? { namespace } : {}),
    ...(isWorkload && isPlain(set) && typeof set.count === 'number' ? { replicas: set.count } : {}),
  };
}

function joined(parts: readonly Defined[]): Defined {
  return {
    definitions: parts.flatMap(({ definitions }) => definitions),
    unfollowed: parts.flatMap(({ unfollowed }) => unfollowed),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
  };
}

function beneath(files: Files, path: string): string[] {
  return yamlFiles(files).filter((file) => isBeneath(file, path));
}

function isBeneath(file: string, path: string): boolean {
  return path === '.' || file.startsWith(`${path}/`);
}

function normal(path: string): string {
  return posix.normalize(path).replace(/^\/|\/$/g, '') || '.';
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
