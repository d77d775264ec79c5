import http from 'node:http';
import type { Duplex } from 'node:stream';
import { duration } from '../../time-words.ts';
import { Unobservable } from '../../unobservable.ts';
import { addressName } from '../address.ts';
import { unobservable } from '../errors.ts';
import type { Address, Target } from '../target.ts';

/** More than any page that is asked for: /metrics of a busy instance is some 100 kB. */
const largestBody = 16 * 1024 * 1024;

export interface HttpAnswer {
  readonly status: number;
  /** The body as text. */
  readonly body: string;
  readonly bytes: Buffer;
}

/**
 * GET of a path on a port in the cluster, through a tunnel of its own. Any status is an answer.
 * Throws `Unobservable` when there is none within the target's deadline, or when it is larger than 16 MiB.
 */
export async function getHttp(
  target: Target,
  address: Address,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const what = `GET ${path} on ${addressName(address)}`;
  const seconds = target.kube.transport.deadlineSeconds;
  const socket = await target.dial(address);
  const timer = setTimeout(
    () => socket.destroy(new Unobservable('timeout', `${what}: no answer within ${duration(seconds)}`)),
    seconds * 1000,
  );
  try {
    return await exchange(path, headers, () => socket);
  } catch (error) {
    // In the middle of a body http says no more than "aborted".
    throw unobservable(socket.errored ?? error, what);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function exchange(
  path: string,
  headers: Readonly<Record<string, string>>,
  createConnection: () => Duplex,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  // Without an agent: with one, even a fresh one, createConnection would be ignored and this machine be asked.
  const request = http.request({ path, headers, host: 'localhost', createConnection });
  request.once('response', resolve).on('error', reject).end();
  const response = await promise;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) throw new Unobservable('unsupported', `the answer is larger than ${largestBody} bytes`);
  }
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, body: bytes.toString(), bytes };
}
