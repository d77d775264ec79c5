import { Reader, Writer } from './buffers.ts';
import { type Codec, skipTaggedFields } from './codec.ts';

/** One of Kafka's APIs: the versions spoken, and how requests and responses travel. */
export interface Api<Request, Response> {
  readonly name: string;
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** The first version with compact lengths and tagged fields; Infinity when none of those spoken is. */
  readonly flexibleFrom: number;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
}

/** The API as given, its types taken from its codecs. */
export function defineApi<Q, R>(api: Api<Q, R>): Api<Q, R> {
  return api;
}

export const apiVersionsKey = 18;

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
}

/** Reads the part of the header that all versions share. The reader then stands after the client id. */
export function readHeader(reader: Reader): RequestHeader {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  const length = reader.int16();
  return { apiKey, apiVersion, correlationId, clientId: length < 0 ? '' : reader.bytes(length).toString('utf8') };
}

export function readRequest<Q, R>(api: Api<Q, R>, header: RequestHeader, reader: Reader): Q {
  const flexible = header.apiVersion >= api.flexibleFrom;
  if (flexible) skipTaggedFields(reader);
  return api.request.read(reader, { number: header.apiVersion, flexible });
}

/** A response as a frame, its length first. ApiVersions never has a flexible header: its reader knows no version yet. */
export function frameResponse<Q, R>(
  api: Api<Q, R>,
  header: RequestHeader,
  response: R,
  version = header.apiVersion,
): Buffer {
  const writer = new Writer();
  const flexible = version >= api.flexibleFrom;
  writer.int32(header.correlationId);
  if (flexible && api.key !== apiVersionsKey) writer.unsignedVarint(0);
  api.response.write(writer, response, { number: version, flexible });
  return frame(writer.toBuffer());
}

export function frameRequest<Q, R>(api: Api<Q, R>, header: RequestHeader, request: Q): Buffer {
  const writer = new Writer();
  const flexible = header.apiVersion >= api.flexibleFrom;
  const clientId = Buffer.from(header.clientId);
  writer.int16(api.key);
  writer.int16(header.apiVersion);
  writer.int32(header.correlationId);
  writer.int16(clientId.length);
  writer.bytes(clientId);
  if (flexible) writer.unsignedVarint(0);
  api.request.write(writer, request, { number: header.apiVersion, flexible });
  return frame(writer.toBuffer());
}

/** Reads a response without its length. */
export function readResponse<Q, R>(
  api: Api<Q, R>,
  apiVersion: number,
  payload: Buffer,
): { correlationId: number; body: R } {
  const reader = new Reader(payload);
  const flexible = apiVersion >= api.flexibleFrom;
  const correlationId = reader.int32();
  if (flexible && api.key !== apiVersionsKey) skipTaggedFields(reader);
  return { correlationId, body: api.response.read(reader, { number: apiVersion, flexible }) };
}

function frame(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}
