import protobuf from 'protobufjs/minimal.js';
import { apiVersion, type ResourceType, resourceTypes } from '../resources.ts';

export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The OpenAPI v2 document, with paths alone: what kubectl before 1.29 reads to learn that the server checks fields itself. */
export function openApiV2(): Uint8Array {
  const paths = resourceTypes.filter(({ verbs }) => verbs.includes('patch')).map((type) => field.path(pathItem(type)));
  return message(
    field.swagger('2.0'),
    field.info(message(field.title('Kubernetes'), field.version('v1.33.4'))),
    field.paths(message(...paths)),
  );
}

function pathItem(type: ResourceType): Uint8Array {
  const { group, version, kind } = type;
  const gvk = message(
    field.extensionName('x-kubernetes-group-version-kind'),
    field.extension(message(field.yaml(JSON.stringify({ group, version, kind })))),
  );
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(queryParameter);
  return message(
    field.pathName(`/apis/${apiVersion(type)}/${type.resource}/{name}`),
    field.pathValue(message(field.patch(message(...parameters, field.vendorExtension(gvk))))),
  );
}

function queryParameter(name: string): Field {
  const inQuery = message(field.in('query'), field.parameterName(name), field.type('string'));
  return field.parameter(message(field.byValue(message(field.notBody(message(field.query(inQuery)))))));
}

/** A field's number and what stands in it: text, or a message. */
type Field = readonly [number, string | Uint8Array];
const numbered =
  (number: number) =>
  (value: string | Uint8Array): Field => [number, value];

/** From the document inwards: its paths, a path's operation, an operation's parameters and extensions. */
const field = {
  swagger: numbered(1),
  info: numbered(2),
  title: numbered(1),
  version: numbered(2),
  paths: numbered(8),
  path: numbered(2),
  pathName: numbered(1),
  pathValue: numbered(2),
  patch: numbered(8),
  parameter: numbered(8),
  byValue: numbered(1),
  notBody: numbered(2),
  query: numbered(3),
  in: numbered(2),
  parameterName: numbered(4),
  type: numbered(6),
  vendorExtension: numbered(13),
  extensionName: numbered(1),
  extension: numbered(2),
  yaml: numbered(2),
};

function message(...fields: readonly Field[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [number, value] of fields) {
    // Text and messages stand after their length alike.
    writer.uint32((number << 3) | 2);
    if (typeof value === 'string') writer.string(value);
    else writer.bytes(value);
  }
  return writer.finish();
}
