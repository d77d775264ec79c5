import { apiVersion, type ResourceType, resourceTypes, type Subresource } from '../resources.ts';
import { mediaRanges } from './accept.ts';

/** What the replica says it is: one minor version of Kubernetes that every kubectl beside it may talk to. */
export const version = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.4+replica',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
};

export interface DiscoveryAnswer {
  readonly body: unknown;
  readonly contentType: string;
}

/** The document of discovery at that path; undefined where there is none. */
export function discover(path: string, accept: string | undefined): DiscoveryAnswer | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '/api' || trimmed === '/apis') return root(trimmed === '/api', accept);
  const [, core, group, groupVersion] = /^\/(?:api\/(v1)|apis\/([^/]+)(?:\/([^/]+))?)$/.exec(trimmed) ?? [];
  if (core !== undefined) return plain(resourceList('', core));
  if (group === undefined) return undefined;
  return plain(groupVersion === undefined ? apiGroup(group) : resourceList(group, groupVersion));
}

function plain(body: unknown): DiscoveryAnswer | undefined {
  return body === undefined ? undefined : { body, contentType: 'application/json' };
}

function root(isCore: boolean, accept: string | undefined): DiscoveryAnswer | undefined {
  for (const { parameters } of mediaRanges(accept)) {
    const { as, g, v } = parameters;
    if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1')) {
      return {
        body: aggregated(isCore, v),
        contentType: `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`,
      };
    }
  }
  if (isCore) return plain({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  return plain({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(apiGroup) });
}

/** Groups but the core group, in the order of discovery. */
function groups(): string[] {
  return [...new Set(resourceTypes.map(({ group }) => group))].filter((group) => group !== '');
}

function versionsOf(group: string): string[] {
  return [...new Set(resourceTypes.filter((type) => type.group === group).map((type) => type.version))];
}

function apiGroup(name: string): unknown {
  const versions = versionsOf(name).map((each) => ({ groupVersion: `${name}/${each}`, version: each }));
  if (versions.length === 0) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', name, versions, preferredVersion: versions[0] };
}

function resourceList(group: string, groupVersion: string): unknown {
  const types = resourceTypes.filter((type) => type.group === group && type.version === groupVersion);
  const [first] = types;
  if (!first) return undefined;
  const resources = types.flatMap((type) => [
    legacyResource(type),
    ...type.subresources.map((each) => legacySubresource(type, each)),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion(first), resources };
}

function legacyResource(type: ResourceType): unknown {
  const { resource: name, singular: singularName, namespaced, kind, verbs, shortNames, categories } = type;
  return {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
}

function legacySubresource(type: ResourceType, { name, verbs, response }: Subresource): unknown {
  const kind = response?.kind ?? type.kind;
  const where = response?.group ? { group: response.group, version: response.version } : {};
  return { name: `${type.resource}/${name}`, singularName: '', namespaced: type.namespaced, kind, verbs, ...where };
}

function aggregated(isCore: boolean, documentVersion: string): unknown {
  const names = isCore ? [''] : groups();
  const items = names.map((group) => ({
    metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
    versions: versionsOf(group).map((each) => ({
      version: each,
      freshness: 'Current',
      resources: resourceTypes.filter((type) => type.group === group && type.version === each).map(aggregatedResource),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${documentVersion}`, metadata: {}, items };
}

function aggregatedResource(type: ResourceType): unknown {
  // Kinds of Kubernetes itself stand there without their group, which is that of the document.
  const isOwn = !/\.fluxcd\.io$|^metrics\.k8s\.io$/.test(type.group);
  const own = { group: isOwn ? '' : type.group, version: isOwn ? '' : type.version, kind: type.kind };
  return {
    resource: type.resource,
    responseKind: own,
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(type.subresources.length > 0
      ? {
          subresources: type.subresources.map(({ name, verbs, response }) => ({
            subresource: name,
            responseKind: response ?? own,
            verbs,
          })),
        }
      : {}),
  };
}
