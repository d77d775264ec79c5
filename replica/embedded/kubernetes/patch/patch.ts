import jsonPatch, { type Operation } from 'fast-json-patch';
import type { KubeObject } from '../object.ts';
import type { ResourceType } from '../resources.ts';
import { badRequest, invalid, StatusError } from '../status.ts';
import { isObject, mergePatch } from './merge.ts';
import { strategicMergePatch } from './strategic.ts';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  applyYaml: 'application/apply-patch+yaml',
} as const;

/** Groups whose objects the API server knows by a schema of its own only: they have no strategic merge. */
const customGroups = /\.toolkit\.fluxcd\.io$/;

/**
 * What a patch makes of an object. Throws UnsupportedMediaType for another kind of patch, BadRequest for one that cannot be
 * read, Invalid for a JSON patch whose test fails or whose path is not there.
 */
export function patched(type: ResourceType, object: KubeObject, contentType: string, patch: unknown): KubeObject {
  switch (contentType) {
    case patchTypes.json:
      return asObject(jsonPatched(type, object, patch));
    case patchTypes.merge:
      return asObject(mergePatch(object, readable(patch)));
    case patchTypes.strategic:
      if (customGroups.test(type.group))
        throw unsupportedPatch(contentType, [patchTypes.json, patchTypes.merge, patchTypes.applyYaml]);
      return asObject(strategicMergePatch(object, readable(patch)));
    default:
      throw unsupportedPatch(contentType, Object.values(patchTypes));
  }
}

function unsupportedPatch(contentType: string, supported: readonly string[]): StatusError {
  const words = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', contentType === '' ? `no content type: ${words}` : words);
}

function readable(patch: unknown): unknown {
  if (!isObject(patch)) throw badRequest('error decoding patch: json: cannot unmarshal a value that is no object');
  return patch;
}

function jsonPatched(type: ResourceType, object: KubeObject, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  try {
    return jsonPatch.applyPatch(structuredClone(object), patch as Operation[], true).newDocument;
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
    const { name, operation } = error as InstanceType<typeof jsonPatch.JsonPatchError>;
    const words =
      name === 'TEST_OPERATION_FAILED'
        ? `testing value ${operation?.path} failed`
        : `${operation?.op} operation does not apply: doc is missing path: "${operation?.path}"`;
    throw new StatusError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${words}`,
      invalid(type.group, type.kind, object.metadata.name, []).details,
    );
  }
}

function asObject(value: unknown): KubeObject {
  if (!isObject(value) || !isObject(value.metadata)) throw badRequest('the patch leaves no object');
  return value as KubeObject;
}
