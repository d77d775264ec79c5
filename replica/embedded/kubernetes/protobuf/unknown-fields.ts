import protobuf from 'protobufjs';
import type { KubeObject } from '../object.ts';
import { inlined, messageOf } from './messages.ts';

/** Messages that stand in JSON as a plain value, or as anything at all. */
const opaque: ReadonlySet<string> = new Set([
  'resource_Quantity',
  'util_intstr_IntOrString',
  'meta_v1_Time',
  'meta_v1_MicroTime',
  'meta_v1_FieldsV1',
  'runtime_RawExtension',
]);

/** The paths of an object's members that its kind does not have, as `spec.replcas`. None for a kind without a schema. */
export function unknownFields(object: KubeObject): readonly string[] {
  const type = messageOf(object.apiVersion, object.kind);
  if (!type) return [];
  const { apiVersion: _, kind: __, ...rest } = object;
  return unknownIn(type, rest, '');
}

function unknownIn(type: protobuf.Type, value: unknown, path: string): string[] {
  if (opaque.has(type.name) || value === null || typeof value !== 'object') return [];
  const fields = fieldsOf(type);
  return Object.entries(value).flatMap(([member, inner]) => {
    const field = fields.get(member);
    const at = path === '' ? member : `${path}.${member}`;
    return field ? unknownInField(field, inner, at) : [at];
  });
}

function unknownInField(field: protobuf.Field, value: unknown, path: string): string[] {
  const { resolvedType } = field;
  if (!(resolvedType instanceof protobuf.Type)) return [];
  if (field instanceof protobuf.MapField) return [];
  if (!Array.isArray(value)) return unknownIn(resolvedType, value, path);
  return value.flatMap((item, index) => unknownIn(resolvedType, item, `${path}[${index}]`));
}

/** A kind's members by their names in JSON. */
function fieldsOf(type: protobuf.Type): ReadonlyMap<string, protobuf.Field> {
  const named = type.fieldsArray.flatMap((field): [string, protobuf.Field][] => {
    if (inlined.has(field.name) && field.resolvedType instanceof protobuf.Type)
      return [...fieldsOf(field.resolvedType)];
    return [[field.name === 'aPIGroup' ? 'apiGroup' : field.name, field]];
  });
  return new Map(named);
}
