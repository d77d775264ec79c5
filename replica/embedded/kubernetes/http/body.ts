import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { badRequest, StatusError } from '../status.ts';

/** As kube-apiserver limits a request. */
const limitBytes = 3 * 1024 * 1024;

/** A request's body. Throws RequestEntityTooLarge beyond 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes)
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A request's content type without its parameters. */
export function contentType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Reads a body of JSON or YAML. Throws UnsupportedMediaType for protobuf and others, BadRequest for what cannot be read. */
export function parseBody(text: string, type: string): unknown {
  if (type !== '' && !/^application\/(([a-z-]+\+)?(json|yaml))$/.test(type)) {
    const words =
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml';
    throw new StatusError(415, 'UnsupportedMediaType', words);
  }
  try {
    return type.endsWith('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : error}`,
    );
  }
}
