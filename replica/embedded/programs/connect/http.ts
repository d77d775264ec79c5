import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { metricsText } from './counters.ts';
import type { Streams } from './streams.ts';

/** The HTTP API on 4195, in streams mode. */
export function httpApi(streams: Streams) {
  return createServer((request, response) => {
    answer(streams, request, response).catch((error: Error) => plain(response, 500, error.message));
  });
}

async function answer(streams: Streams, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://connect');
  if (pathname === '/ping') return plain(response, 200, 'pong');
  if (pathname === '/version') return plain(response, 200, '{"version":"4.49.1", "built":"replica"}');
  if (pathname === '/ready') {
    const away = streams.notConnected();
    return away.length === 0
      ? plain(response, 200, 'OK')
      : plain(response, 503, `streams ${away.join(', ')} are not connected\n`);
  }
  if (pathname === '/metrics') return plain(response, 200, metricsText(streams.counters()));
  if (pathname === '/streams') return json(response, streams.list());
  const id = /^\/streams\/([^/]+)$/.exec(pathname)?.[1];
  if (id !== undefined) return streamById(streams, decodeURIComponent(id), request, response);
  const readyOf = /^\/([^/]+)\/ready$/.exec(pathname)?.[1];
  const statuses = readyOf === undefined ? undefined : streams.statuses(decodeURIComponent(readyOf));
  if (statuses) {
    const connected = statuses.every((status) => status.connected);
    return plain(response, connected ? 200 : 503, `${JSON.stringify({ statuses })}\n`);
  }
  plain(response, 404, '404 page not found\n');
}

async function streamById(
  streams: Streams,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const known = streams.describe(id);
  const { method } = request;
  if (method === 'POST' && known) return plain(response, 400, 'Stream already exists\n');
  if (method !== 'POST' && !known) return plain(response, 404, 'Stream not found\n');
  if (method === 'GET') return json(response, known);
  if (method === 'DELETE') {
    await streams.remove(id);
    return plain(response, 200, '');
  }
  if (method !== 'POST' && method !== 'PUT') return plain(response, 405, 'Method not allowed\n');
  try {
    await streams.put(id, await text(request));
    plain(response, 200, '');
  } catch (error) {
    plain(response, 400, `Error: ${(error as Error).message}\n`);
  }
}

function plain(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

function json(response: ServerResponse, body: unknown): void {
  plain(response, 200, JSON.stringify(body));
}
