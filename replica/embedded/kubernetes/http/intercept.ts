import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestInfo } from './request-info.ts';
import type { Identity } from './users.ts';

/** What a request gets before its answer, or instead of it. */
export interface Interception {
  /** Answered in place of the API's own answer. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Waited before the answer. */
  readonly delayMs?: number;
  /** Accepted and never answered. */
  readonly hang?: boolean;
}

export type Intercept = (request: RequestInfo & { readonly user?: Identity }) => Interception | undefined;

/** Does what was ordered for a request; true when that was its answer. */
export async function carryOut(interception: Interception | undefined, response: ServerResponse): Promise<boolean> {
  if (!interception) return false;
  if (interception.hang) return true;
  if (interception.delayMs !== undefined) await sleep(interception.delayMs);
  if (interception.status === undefined) return false;
  response.writeHead(interception.status, interception.headers).end(interception.body);
  return true;
}

/** The same for a request to become a stream: refused ones are answered on the bare socket. */
export async function carryOutUpgrade(interception: Interception | undefined, socket: Duplex): Promise<boolean> {
  if (!interception) return false;
  if (interception.hang) return true;
  if (interception.delayMs !== undefined) await sleep(interception.delayMs);
  if (interception.status === undefined) return false;
  answerOnSocket(socket, interception.status, interception.body ?? '', interception.headers);
  return true;
}

export function answerOnSocket(
  socket: Duplex,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n${body}`);
}
