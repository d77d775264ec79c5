import type { BrokerState } from '../state.ts';
import { type Api, frameResponse, type RequestHeader, readRequest } from '../wire/api.ts';
import type { Reader } from '../wire/buffers.ts';

/** What a handler knows beside the request. */
export interface Call {
  readonly state: BrokerState;
  readonly nodeId: number;
  readonly advertised: { readonly host: string; readonly port: number };
  readonly clientId: string;
  /** As Kafka shows it: a slash, then the address. */
  readonly clientHost: string;
  readonly version: number;
  /** Aborts when the connection or the broker closes. */
  readonly signal: AbortSignal;
}

/** An API and what answers it; the types of request and response stay between the two. */
export interface Endpoint {
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** The framed response; undefined when the request wants none (acks 0). Throws RangeError on what cannot be read. */
  answer(header: RequestHeader, reader: Reader, call: Call): Promise<Buffer | undefined>;
}

export function endpoint<Q, R>(
  api: Api<Q, R>,
  handle: (request: Q, call: Call) => R | undefined | Promise<R | undefined>,
): Endpoint {
  return {
    key: api.key,
    min: api.min,
    max: api.max,
    async answer(header, reader, call) {
      const response = await handle(readRequest(api, header, reader), call);
      return response === undefined ? undefined : frameResponse(api, header, response);
    },
  };
}
