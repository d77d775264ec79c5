import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Call } from './handlers/endpoint.ts';
import { endpoints } from './handlers/index.ts';
import { brokerState, setBrokerFault } from './state.ts';
import { apiVersionsKey, frameResponse, type RequestHeader, readHeader } from './wire/api.ts';
import { Reader } from './wire/buffers.ts';
import { apiVersions } from './wire/cluster-apis.ts';
import { errors } from './wire/errors.ts';
import { readFrames } from './wire/frames.ts';

export interface BrokerOptions {
  /** The address that Metadata and FindCoordinator answer: where clients connect next. */
  readonly advertised: { readonly host: string; readonly port: number };
  readonly nodeId: number;
  log(line: string): void;
  /** The volume that topics, records and groups lie on; without it they end with the broker. */
  readonly state?: Map<string, unknown>;
}

/** A broker that speaks the Kafka protocol over any byte stream. */
export interface Broker {
  /** Serves a connection until it closes. */
  accept(socket: Duplex): void;
  /** From now on requests are read and not answered, as by a frozen process; `resume` answers them. */
  pause(): void;
  /** Closes every connection, and new ones at once. */
  refuse(): void;
  /** Takes the fault away. */
  resume(): void;
  /** Closes every connection. What lies on the volume stays. */
  close(): void;
}

export function createBroker(options: BrokerOptions): Broker {
  const volume = options.state ?? new Map<string, unknown>();
  const state = brokerState(volume);
  const closing = new AbortController();
  const connections = new Set<Duplex>();
  let thawed = Promise.withResolvers<void>();

  state.log = (line) => options.log(line);
  for (const group of state.groups.values()) group.resume();
  const applyFault = () => {
    if (state.fault === 'refuse') for (const socket of connections) socket.destroy();
    if (state.fault === 'pause') return;
    thawed.resolve();
    thawed = Promise.withResolvers();
  };
  state.onFault.add(applyFault);

  async function serve(socket: Duplex): Promise<void> {
    const closed = new AbortController();
    socket.once('close', () => closed.abort());
    const signal = AbortSignal.any([closing.signal, closed.signal]);
    const clientHost = `/${addressOf(socket)}`;
    for await (const frame of readFrames(socket)) {
      while (state.fault === 'pause' && !signal.aborted) await Promise.race([thawed.promise, aborted(signal)]);
      const reader = new Reader(frame);
      const header = readHeader(reader);
      const answer = await respond(header, reader, {
        state,
        nodeId: options.nodeId,
        advertised: options.advertised,
        clientId: header.clientId,
        clientHost,
        version: header.apiVersion,
        signal,
      });
      if (signal.aborted) return;
      if (answer !== undefined && !socket.write(answer)) await once(socket, 'drain', { signal });
    }
  }

  return {
    accept(socket) {
      // A client that goes away in mid-answer is its own affair.
      socket.on('error', () => {});
      if (state.fault === 'refuse' || closing.signal.aborted) {
        socket.destroy();
        return;
      }
      connections.add(socket);
      serve(socket)
        .catch((error: unknown) => {
          if (!closing.signal.aborted && error instanceof RangeError) {
            state.log(`kafka - server: closing connection of ${addressOf(socket)}: ${error.message}`);
          }
        })
        .finally(() => {
          connections.delete(socket);
          socket.destroy();
        });
    },
    pause: () => setBrokerFault(volume, 'pause'),
    refuse: () => setBrokerFault(volume, 'refuse'),
    resume: () => setBrokerFault(volume, undefined),
    close() {
      closing.abort();
      state.onFault.delete(applyFault);
      for (const group of state.groups.values()) group.suspend();
      for (const socket of connections) socket.destroy();
      state.log = () => {};
    },
  };
}

const spoken = [
  ...endpoints.map(({ key, min, max }) => ({ key, min, max })),
  { key: apiVersions.key, min: apiVersions.min, max: apiVersions.max },
];

/**
 * The framed answer. Throws RangeError for an API or version that is not spoken, upon which the connection is closed as
 * Kafka does; only ApiVersions answers that as an error, in version 0, for it is how a client finds out.
 */
async function respond(header: RequestHeader, reader: Reader, call: Call): Promise<Buffer | undefined> {
  if (header.apiKey === apiVersionsKey) {
    const known = header.apiVersion >= apiVersions.min && header.apiVersion <= apiVersions.max;
    const errorCode = known ? errors.none : errors.unsupportedVersion;
    return frameResponse(
      apiVersions,
      header,
      { errorCode, apis: spoken, throttleTimeMs: 0 },
      known ? header.apiVersion : 0,
    );
  }
  const endpoint = endpoints.find(({ key }) => key === header.apiKey);
  if (endpoint === undefined || header.apiVersion < endpoint.min || header.apiVersion > endpoint.max) {
    throw new RangeError(
      `unsupported version ${header.apiVersion} of API ${header.apiKey} asked by client ${header.clientId}`,
    );
  }
  return endpoint.answer(header, reader, call);
}

function addressOf(socket: Duplex): string {
  return 'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? socket.remoteAddress : '127.0.0.1';
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
