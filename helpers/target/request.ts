/** What a request to the API server asks for, in the words of RBAC. */
export interface ApiRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create';
  /** '' for the core group. */
  readonly group: string;
  /** Plural, with its subresource: `pods`, `pods/log`. For a path that is no resource, the path itself. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Reads verb, resource, namespace and name from the path of a GET, or of a question about the user itself. */
export function apiRequest(url: URL): ApiRequest {
  const [root, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  const group = root === 'apis' ? (rest.shift() ?? '') : '';
  rest.shift(); // the version
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = namespaced ? rest[1] : undefined;
  const [resource, name, subresource] = namespaced ? rest.slice(2) : rest;
  if ((root !== 'api' && root !== 'apis') || resource === undefined) {
    return { verb: 'get', group: '', resource: url.pathname };
  }
  const watch = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  return {
    verb: resource.startsWith('selfsubject') ? 'create' : watch ? 'watch' : name === undefined ? 'list' : 'get',
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

/** In words: `get pods/log timescaledb-0 in namespace timescaledb`. */
export function describeRequest(request: ApiRequest): string {
  const group = request.group === '' ? '' : `.${request.group}`;
  const name = request.name === undefined ? '' : ` ${request.name}`;
  const where = request.namespace === undefined ? '' : ` in namespace ${request.namespace}`;
  return `${request.verb} ${request.resource}${group}${name}${where}`;
}

/** The RBAC rule that allows a request, as it stands in a Role. */
export function missingRule(request: ApiRequest): string {
  // A tunnel is a GET for this suite and a POST for older kubectl: the same Role should serve both.
  const verbs = request.resource === 'pods/portforward' ? '"get", "create"' : `"${request.verb}"`;
  const rule = `{apiGroups: ["${request.group}"], resources: ["${request.resource}"], verbs: [${verbs}]}`;
  return request.namespace === undefined
    ? `grant it in a ClusterRole: ${rule}`
    : `grant it in a Role in namespace ${request.namespace}: ${rule}`;
}
