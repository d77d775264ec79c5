import { apiVersion, type ResourceType, resourceTypes } from '../resources.ts';

/**
 * The index of OpenAPI v3 documents, or one of them; undefined where there is none. They hold paths alone, no schemas: what
 * kubectl apply reads to learn that the server checks fields itself.
 */
export function openApi(path: string): unknown {
  if (path === '/openapi/v3') {
    const paths = [...new Set(resourceTypes.map(pathOf))].map((each) => [
      each,
      { serverRelativeURL: `/openapi/v3/${each}` },
    ]);
    return { paths: Object.fromEntries(paths) };
  }
  const types = resourceTypes.filter((type) => path === `/openapi/v3/${pathOf(type)}`);
  if (types.length === 0) return undefined;
  const paths = Object.fromEntries(
    types
      .filter(({ verbs }) => verbs.includes('patch'))
      .map((type) => [objectPath(type), { patch: patchOperation(type) }]),
  );
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.33.4' }, paths, components: { schemas: {} } };
}

function pathOf(type: ResourceType): string {
  return type.group === '' ? `api/${type.version}` : `apis/${apiVersion(type)}`;
}

function objectPath(type: ResourceType): string {
  const place = type.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${pathOf(type)}/${place}${type.resource}/{name}`;
}

function patchOperation({ group, version, kind }: ResourceType): unknown {
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  return {
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter),
    responses: { 200: { description: 'OK' } },
  };
}
