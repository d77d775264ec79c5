import { pinnedName } from '../selectors.ts';

/** What a request asks for, as authorization and audit see it. */
export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** get, list, watch, create, update, patch, delete, deletecollection; of what is no resource, its method in lower case. */
  readonly verb: string;
  /** Undefined for paths outside of the resources: /version, /healthz, discovery. */
  readonly resource?: ResourcePath;
}

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const methodVerbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** Reads a request's line. `url` is path and query as sent; there is none that it cannot read. */
export function requestInfo(method: string, url: string): RequestInfo {
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const found = resourcePath(path);
  if (!found) return { method, path, query, verb: method.toLowerCase() };
  // A list that pins one name is judged by that name, as a get would be.
  const isList = found.name === undefined && (method === 'GET' || method === 'HEAD' || method === 'DELETE');
  const name = isList ? pinnedName(query.get('fieldSelector')) : undefined;
  const verb = resourceVerb(method, query, found);
  return { method, path, query, verb, resource: name === undefined ? found : { ...found, name } };
}

function resourceVerb(method: string, query: URLSearchParams, { name }: ResourcePath): string {
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  if (method !== 'GET' && method !== 'HEAD') return methodVerbs[method] ?? method.toLowerCase();
  const watch = query.get('watch');
  if (watch === 'true' || watch === '1') return 'watch';
  return name === undefined ? 'list' : 'get';
}

function resourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const root = parts.shift();
  const group = root === 'api' ? '' : root === 'apis' ? parts.shift() : undefined;
  const version = parts.shift();
  if (group === undefined || version === undefined) return undefined;
  const isNamespaced =
    parts[0] === 'namespaces' && parts.length > 2 && !(group === '' && isNamespaceSubresource(parts[2]));
  const above = isNamespaced ? parts.splice(0, 2)[1] : undefined;
  const [resource, name, ...rest] = parts;
  if (resource === undefined) return undefined;
  // A Role in a namespace may grant reading the namespace itself.
  const namespace = above ?? (group === '' && resource === 'namespaces' ? name : undefined);
  return {
    group,
    version,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(rest.length === 0 ? {} : { subresource: rest.join('/') }),
  };
}

/** A part of a path; one with a broken escape stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isNamespaceSubresource(part: string | undefined): boolean {
  return part === 'status' || part === 'finalize';
}
