import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { apiVersion, type ResourceType, resourceTypes } from '../resources.ts';

export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The OpenAPI v2 document, with paths alone: what kubectl before 1.29 reads to learn that the server checks fields itself. */
export function openApiV2(): Uint8Array {
  const text = readFileSync(new URL('./openapi-v2.proto', import.meta.url), 'utf8');
  const document = protobuf.parse(text, { keepCase: true }).root.lookupType('Document');
  const path = resourceTypes
    .filter(({ verbs }) => verbs.includes('patch'))
    .map((type) => ({ name: `/apis/${apiVersion(type)}/${type.resource}/{name}`, value: { patch: operation(type) } }));
  return document
    .encode(document.fromObject({ swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.33.4' }, paths: { path } }))
    .finish();
}

function operation({ group, version, kind }: ResourceType): object {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    parameter: { non_body_parameter: { query_parameter_sub_schema: { in: 'query', name, type: 'string' } } },
  }));
  const yaml = JSON.stringify({ group, version, kind });
  return { parameters, vendor_extension: [{ name: 'x-kubernetes-group-version-kind', value: { yaml } }] };
}
