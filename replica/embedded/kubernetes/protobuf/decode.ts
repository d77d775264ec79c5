import protobuf from 'protobufjs';
import { badRequest } from '../status.ts';
import { inlined, messageOf, messages } from './messages.ts';

/** Every message of the API in the form that Go clients write it in begins with this. */
const magic = Buffer.from('k8s\0');

/** Reads an object as kubectl's typed commands send it. Throws BadRequest for what is none, or of a kind not served. */
export function decodeObject(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, magic.length).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = messages().lookupType('runtime_Unknown');
  try {
    const { typeMeta, raw } = envelope.decode(body.subarray(magic.length)) as unknown as {
      typeMeta: { apiVersion: string; kind: string };
      raw: Uint8Array;
    };
    const type = messageOf(typeMeta.apiVersion, typeMeta.kind);
    if (!type) throw new Error(`no kind "${typeMeta.kind}" is registered for version "${typeMeta.apiVersion}"`);
    return {
      apiVersion: typeMeta.apiVersion,
      kind: typeMeta.kind,
      ...toJson(type, type.decode(raw) as unknown as Record<string, unknown>),
    };
  } catch (error) {
    throw badRequest(`unable to decode a protobuf message: ${error instanceof Error ? error.message : error}`);
  }
}

function toJson(type: protobuf.Type, message: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(message, field.name)) continue;
    const value = fieldToJson(field, message[field.name]);
    if (value === undefined || (field.options?.['(nullable)'] !== true && isZero(value))) continue;
    if (inlined.has(field.name)) Object.assign(result, value);
    // The one member whose name Go spells otherwise.
    else result[field.name === 'aPIGroup' ? 'apiGroup' : field.name] = value;
  }
  return result;
}

function fieldToJson(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(value as Record<string, unknown>).map(([key, each]) => [
      key,
      valueToJson(field, each),
    ]);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (!field.repeated) return valueToJson(field, value);
  const items = value as unknown[];
  return items.length === 0 ? undefined : items.map((each) => valueToJson(field, each));
}

function valueToJson({ resolvedType, type }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Type) return messageToJson(resolvedType, value as Record<string, unknown>);
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64');
  return type === 'int64' ? Number(value) : value;
}

interface Moment {
  readonly seconds?: unknown;
  readonly nanos?: number;
}

/** What stands in JSON as a plain value is a message of its own here. */
function messageToJson(type: protobuf.Type, message: Record<string, unknown>): unknown {
  switch (type.name) {
    case 'resource_Quantity':
      return message.string;
    case 'util_intstr_IntOrString':
      return Number(message.type ?? 0) === 0 ? Number(message.intVal ?? 0) : message.strVal;
    case 'meta_v1_Time':
      return time(message, (iso) => `${iso.slice(0, 19)}Z`);
    case 'meta_v1_MicroTime':
      return time(message, (iso) => iso.replace(/Z$/, '000Z'));
    case 'runtime_RawExtension':
      return JSON.parse(Buffer.from(message.raw as Uint8Array).toString() || '{}');
    case 'meta_v1_FieldsV1':
      return JSON.parse(Buffer.from((message.Raw ?? []) as Uint8Array).toString() || '{}');
    case 'authentication_v1_ExtraValue':
    case 'authorization_v1_ExtraValue':
      return message.items ?? [];
    default:
      return toJson(type, message);
  }
}

function time({ seconds, nanos = 0 }: Moment, format: (iso: string) => string): string | undefined {
  const total = Number(seconds ?? 0) * 1000 + nanos / 1e6;
  return total === 0 ? undefined : format(new Date(total).toISOString());
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}
