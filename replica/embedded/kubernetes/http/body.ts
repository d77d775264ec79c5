import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { badRequest, StatusError } from '../status.ts';

/** As kube-apiserver limits a request. */
const limitBytes = 3 * 1024 * 1024;

const protobuf = 'application/vnd.kubernetes.protobuf';

/** A request's content type without its parameters. */
export function contentType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * A request's body: JSON, YAML, or an object in protobuf; undefined when it is empty. Throws RequestEntityTooLarge beyond
 * 3 MiB, UnsupportedMediaType for another form, BadRequest for what cannot be read.
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  const type = contentType(request);
  if (type === protobuf) {
    // Most clients never send any: the library that reads it is loaded for those that do.
    const { decodeObject } = await import('../protobuf/decode.ts');
    return decodeObject(bytes);
  }
  if (type !== '' && !/^application\/(([a-z-]+\+)?(json|yaml))$/.test(type)) {
    const words = `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, ${protobuf}`;
    throw new StatusError(415, 'UnsupportedMediaType', words);
  }
  try {
    const text = bytes.toString();
    return type.endsWith('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes)
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
