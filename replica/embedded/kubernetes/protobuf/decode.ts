import protobuf from 'protobufjs/minimal.js';
import { badRequest, StatusError } from '../status.ts';
import { type Field, fieldsOf, type MessageName, messageOf } from './messages.ts';

/** Every message of the API in the form that Go clients write it in begins with this. */
const magic = Buffer.from('k8s\0');

type Reader = protobuf.Reader;
type Members = Record<string, unknown>;

/**
 * Reads an object as kubectl's typed commands send it. Throws BadRequest for what is none, UnsupportedMediaType for a kind or
 * a field that is not in `messages.ts`: half an object is worse than none.
 */
export function decodeObject(body: Buffer): Members {
  if (!body.subarray(0, magic.length).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const envelope = decode('Unknown', body.subarray(magic.length), '');
    const { apiVersion = '', kind = '' } = (envelope.typeMeta ?? {}) as { apiVersion?: string; kind?: string };
    const message = messageOf(apiVersion, kind);
    if (!message) throw unread(`${kind} of ${apiVersion}`);
    return { apiVersion, kind, ...decode(message, Buffer.from(String(envelope.raw ?? ''), 'base64'), '') };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`unable to decode a protobuf message: ${error instanceof Error ? error.message : error}`);
  }
}

function unread(what: string): StatusError {
  const words = `the embedded replica does not read ${what} in protobuf: send the object in JSON, as kubectl apply -f does`;
  return new StatusError(415, 'UnsupportedMediaType', words);
}

function decode(message: MessageName, bytes: Uint8Array, path: string): Members {
  const fields = fieldsOf(message);
  const reader = protobuf.Reader.create(bytes);
  const result: Members = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    if (!field) throw unread(`field ${tag >>> 3} of ${message}${path === '' ? '' : ` (${path})`}`);
    const at = path === '' ? field.name : `${path}.${field.name}`;
    if ((tag & 7) !== wireType(field)) throw new Error(`${at}: wire type ${tag & 7}`);
    add(result, field, reader, at);
  }
  return result;
}

/** Numbers and truths stand as they are, everything else after its length. */
function wireType({ type, repeats }: Field): number {
  return repeats !== 'map' && (type === 'int' || type === 'bool') ? 0 : 2;
}

function add(result: Members, field: Field, reader: Reader, path: string): void {
  const { name, repeats, keepsZero } = field;
  if (repeats === 'map') {
    result[name] = { ...(result[name] as Members | undefined), ...entry(field, reader.bytes(), path) };
    return;
  }
  const value = read(field, reader, path);
  if (field.isInline) Object.assign(result, value);
  else if (repeats === 'list') result[name] = [...((result[name] as unknown[] | undefined) ?? []), value];
  else if (keepsZero || (value !== '' && value !== 0 && value !== false && value !== undefined)) result[name] = value;
}

function entry(field: Field, bytes: Uint8Array, path: string): Members {
  const reader = protobuf.Reader.create(bytes);
  let key = '';
  let value: unknown = '';
  while (reader.pos < reader.len) {
    if (reader.uint32() >>> 3 === 1) key = reader.string();
    else value = read(field, reader, path);
  }
  return Object.fromEntries([[key, value]]);
}

function read({ type }: Field, reader: Reader, path: string): unknown {
  switch (type) {
    case 'string':
      return reader.string();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.bool();
    case 'int':
      return Number(reader.int64());
    case 'Time':
      return time(decode(type, reader.bytes(), path));
    case 'Quantity':
      return decode(type, reader.bytes(), path).string ?? '0';
    default:
      return decode(type, reader.bytes(), path);
  }
}

function time({ seconds }: { seconds?: number }): string | undefined {
  return seconds === undefined ? undefined : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
