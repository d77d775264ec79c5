import type { Duplex } from 'node:stream';
import { Unobservable } from '../unobservable.ts';

/** https://kafka.apache.org/protocol.html#The_Messages_ApiVersions, in version 0, which every broker speaks. */
const apiVersions = 18;
const fetch = 1;
const correlationId = 1;
/** A broker answers some 500 bytes; more is something else that speaks. */
const largestAnswer = 1024 * 1024;

/**
 * The newest version of Fetch that a broker speaks, by ApiVersions on a connection of its own, which it closes: of the
 * requests it is the one that changed with the most releases. kafkajs asks the same and does not tell.
 * Throws `Unobservable` when what answers is no Kafka broker, or closes the connection.
 */
export async function readFetchVersion(socket: Duplex): Promise<number> {
  try {
    socket.write(request());
    return fetchVersionIn(await answer(socket));
  } finally {
    socket.destroy();
  }
}

function request(): Buffer {
  const clientId = 'telemetry-verify';
  const frame = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length);
  let at = frame.writeInt32BE(frame.length - 4);
  at = frame.writeInt16BE(apiVersions, at);
  at = frame.writeInt16BE(0, at);
  at = frame.writeInt32BE(correlationId, at);
  at = frame.writeInt16BE(clientId.length, at);
  frame.write(clientId, at);
  return frame;
}

async function answer(socket: Duplex): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    const length = bytes.length < 4 ? undefined : bytes.readInt32BE();
    if (length === undefined) continue;
    if (length < 0 || length > largestAnswer) throw odd('is no Kafka broker');
    if (bytes.length >= 4 + length) return bytes.subarray(4, 4 + length);
  }
  throw odd('closed the connection');
}

/** Correlation id, error code, then one entry an API: key, oldest and newest version. */
function fetchVersionIn(body: Buffer): number {
  const [header, entry] = [4 + 2 + 4, 6];
  if (body.length < header || body.readInt32BE() !== correlationId || body.readInt16BE(4) !== 0) {
    throw odd('did not understand the question');
  }
  const count = body.readInt32BE(6);
  for (let at = header; at + entry <= body.length && at < header + count * entry; at += entry) {
    if (body.readInt16BE(at) === fetch) return body.readInt16BE(at + 4);
  }
  throw odd('offers no Fetch');
}

function odd(words: string): Unobservable {
  return new Unobservable('unsupported', `ApiVersions: what answers ${words}`);
}
